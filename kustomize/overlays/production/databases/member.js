// Makes the mongod beside this container a member of its replica set. Run by mongosh for as
// long as the pod lives; it can be stopped and started at any time and does nothing twice.
//
// - The pod with the number 0 starts the set when all three are there. MongoDB refuses that
//   if one of them has a set or data already, so a pod that lost its disk harms nothing.
// - Whichever pod is primary makes root, through the exception that MongoDB makes for
//   connections from the same machine while there are no users, and then the service's user.
// - /tmp/ready is there while this member can serve.

const { existsSync, rmSync, writeFileSync } = require('fs');

const MEMBERS = [0, 1, 2];
const READY = '/tmp/ready';
const PAUSE_MS = 5000;
const ENV = process.env;

// mongosh would log every question for good, and the disk is small.
config.set('disableLogging', true);

// As the first process of a container it would not hear that it is to stop.
process.on('SIGTERM', () => process.exit(0));

function say(text) {
  print(`${new Date().toISOString()} ${text}`);
}

function connect() {
  return new Mongo('mongodb://127.0.0.1:27017/?directConnection=true&serverSelectionTimeoutMS=4000');
}

function start(admin) {
  const host = (id) => `${ENV.MONGO_HOST}-${id}.${ENV.MONGO_HOST}:27017`;
  const members = MEMBERS.map((id) => ({ _id: id, host: host(id) }));
  admin.runCommand({ replSetInitiate: { _id: ENV.MONGO_REPLICA_SET, members } });
  say('the replica set is started');
}

// Signs in as root, who is made if there are no users yet.
function signIn(admin) {
  try {
    admin.auth('root', ENV.MONGO_ROOT_PASSWORD);
  } catch (refused) {
    try {
      admin.createUser({ user: 'root', pwd: ENV.MONGO_ROOT_PASSWORD, roles: ['root'] });
    } catch (error) {
      throw new Error(`root has another password than the Secret says (${error.message})`);
    }
    say('root is made');
    admin.auth('root', ENV.MONGO_ROOT_PASSWORD);
  }
}

// The service's user, with the password of the Secret and no other rights than it needs.
function makeUser() {
  const connection = connect();
  try {
    const admin = connection.getDB('admin');
    signIn(admin);
    const rights = { pwd: ENV.MONGO_PASSWORD, roles: [{ role: 'readWrite', db: ENV.MONGO_DATABASE }] };
    const known = admin.getUser(ENV.MONGO_USERNAME) !== null;
    if (known) admin.updateUser(ENV.MONGO_USERNAME, rights);
    else admin.createUser({ user: ENV.MONGO_USERNAME, ...rights });
    say(`${ENV.MONGO_USERNAME} may use ${ENV.MONGO_DATABASE}`);
  } finally {
    connection.close();
  }
}

function setReady(ready) {
  if (ready === existsSync(READY)) return;
  say(ready ? 'this member can serve' : 'this member cannot serve');
  if (ready) writeFileSync(READY, '');
  else rmSync(READY);
}

// One look at this member; answers whether it is primary.
function look(admin, wasPrimary) {
  const { setName, isWritablePrimary, secondary } = admin.hello();
  if (!setName && ENV.POD_NAME.endsWith('-0')) start(admin);
  if (isWritablePrimary && !wasPrimary) makeUser();
  setReady(Boolean(isWritablePrimary || secondary));
  return Boolean(isWritablePrimary);
}

let connection;
let primary = false;
setReady(false);
for (;;) {
  try {
    connection ??= connect();
    primary = look(connection.getDB('admin'), primary);
  } catch (error) {
    primary = false;
    setReady(false);
    say(`not yet: ${error.message}`);
  }
  sleep(PAUSE_MS);
}
