// Stands in for mongosh and a mongod: runs member.js until it waits, and prints the server's state
// as JSON. The first argument is the script, the second the state before.

const { readFileSync } = require('fs');
const { runInNewContext } = require('vm');

const [script, before] = process.argv.slice(2);
// `ready` is the file of the readiness probe.
const state = { primary: true, initiated: null, users: {}, roles: {}, ready: false };
Object.assign(state, JSON.parse(before));
let authenticated = false;

function requireRoot() {
  if (!authenticated) throw new Error('command requires authentication');
}

const admin = {
  hello: () => ({
    setName: state.initiated?._id,
    isWritablePrimary: state.initiated !== null && state.primary,
    secondary: state.initiated !== null && !state.primary,
  }),
  runCommand: ({ replSetInitiate }) => { state.initiated = replSetInitiate; },
  auth: (user, password) => {
    if (state.users[user]?.pwd !== password) throw new Error('Authentication failed.');
    authenticated = true;
  },
  createUser: ({ user, ...settings }) => {
    // The localhost exception.
    if (Object.keys(state.users).length > 0) requireRoot();
    state.users[user] = settings;
  },
  updateUser: (user, settings) => { requireRoot(); Object.assign(state.users[user], settings); },
  getUser: (user) => { requireRoot(); return state.users[user] ?? null; },
  createRole: ({ role, ...settings }) => { requireRoot(); state.roles[role] = settings; },
  updateRole: (role, settings) => { requireRoot(); Object.assign(state.roles[role], settings); },
  getRole: (role) => { requireRoot(); return state.roles[role] ?? null; },
};

class Mongo {
  getDB(name) {
    if (name !== 'admin') throw new Error(`unexpected database ${name}`);
    return admin;
  }
  close() {}
}

const files = {
  existsSync: () => state.ready,
  writeFileSync: () => { state.ready = true; },
  rmSync: () => { state.ready = false; },
};

let rounds = 0;
function sleep() {
  rounds += 1;
  // The second round finds what the first one has initiated.
  if (rounds < 2) return;
  process.stdout.write(JSON.stringify(state));
  process.exit(0);
}

runInNewContext(readFileSync(script, 'utf8'), {
  Mongo,
  config: { set() {} },
  print: (message) => process.stderr.write(`${message}\n`),
  process: { env: process.env, on() {} },
  require: () => files,
  sleep,
});
