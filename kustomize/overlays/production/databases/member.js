// Makes the mongod in this pod a member of its replica set, and keeps checking its state. mongosh
// runs this script for as long as the pod lives. Every step is idempotent, so the script can be
// stopped and restarted at any time.
//
// - Pod 0 initiates the replica set when all three members are reachable. MongoDB rejects that if
//   a member already belongs to a set or has data, so a pod that lost its disk does no harm.
// - The pod whose member is primary creates root, through MongoDB's localhost exception (which
//   allows it while there are no users), and then the service's role and user.
// - /tmp/ready exists while this member is primary or secondary; the readiness probe tests for it.

const { existsSync, rmSync, writeFileSync } = require('fs');

const MEMBERS = [0, 1, 2];
const READY_FILE = '/tmp/ready';
const POLL_INTERVAL_MS = 5000;
const SERVICE_ROLE = 'service';
const ENV = process.env;

// mongosh would otherwise log every command to a file, and the disk is small.
config.set('disableLogging', true);

// As process 1 of its container, mongosh ignores SIGTERM unless there is a handler.
process.on('SIGTERM', () => process.exit(0));

function logEvent(message) {
  print(`${new Date().toISOString()} ${message}`);
}

function connectToMember() {
  const options = 'directConnection=true&serverSelectionTimeoutMS=4000';
  return new Mongo(`mongodb://127.0.0.1:27017/?${options}`);
}

function initiateReplicaSet(admin) {
  const host = (id) => `${ENV.MONGO_HOST}-${id}.${ENV.MONGO_HOST}:27017`;
  const members = MEMBERS.map((id) => ({ _id: id, host: host(id) }));
  admin.runCommand({ replSetInitiate: { _id: ENV.MONGO_REPLICA_SET, members } });
  logEvent('replica set initiated');
}

// Authenticates as root, creating that user if there are no users yet.
function authenticateAsRoot(admin) {
  try {
    admin.auth('root', ENV.MONGO_ROOT_PASSWORD);
  } catch (authError) {
    try {
      admin.createUser({ user: 'root', pwd: ENV.MONGO_ROOT_PASSWORD, roles: ['root'] });
    } catch (error) {
      throw new Error(`root's password differs from the Secret (${error.message})`);
    }
    logEvent('user root created');
    admin.auth('root', ENV.MONGO_ROOT_PASSWORD);
  }
}

// Creates or updates the role of the service's user. It is limited to the service's database, and
// much less than dbAdmin, which could also drop the database or turn on its profiler.
function ensureServiceRole(admin) {
  const db = ENV.MONGO_DATABASE;
  const settings = {
    roles: [{ role: 'readWrite', db }],
    privileges: [
      {
        resource: { db, collection: '' },
        // The service sets the validators of its collections (collMod). The job that restores a
        // backup, with the same credentials, inserts what a later validator would refuse.
        actions: ['collMod', 'bypassDocumentValidation'],
      },
    ],
  };
  if (admin.getRole(SERVICE_ROLE) !== null) admin.updateRole(SERVICE_ROLE, settings);
  else admin.createRole({ role: SERVICE_ROLE, ...settings });
}

// Creates or updates the service's user, with access to its own database only.
function ensureServiceUser() {
  const connection = connectToMember();
  try {
    const admin = connection.getDB('admin');
    authenticateAsRoot(admin);
    ensureServiceRole(admin);
    const roles = [{ role: SERVICE_ROLE, db: 'admin' }];
    const settings = { pwd: ENV.MONGO_PASSWORD, roles };
    const exists = admin.getUser(ENV.MONGO_USERNAME) !== null;
    if (exists) admin.updateUser(ENV.MONGO_USERNAME, settings);
    else admin.createUser({ user: ENV.MONGO_USERNAME, ...settings });
    logEvent(`user ${ENV.MONGO_USERNAME} has the role ${SERVICE_ROLE} on ${ENV.MONGO_DATABASE}`);
  } finally {
    connection.close();
  }
}

function setReady(ready) {
  if (ready === existsSync(READY_FILE)) return;
  logEvent(ready ? 'member ready' : 'member not ready');
  if (ready) writeFileSync(READY_FILE, '');
  else rmSync(READY_FILE);
}

// Checks this member once and acts on its state. Returns whether it is primary.
function reconcile(admin, wasPrimary) {
  const { setName, isWritablePrimary, secondary } = admin.hello();
  if (!setName && ENV.POD_NAME.endsWith('-0')) initiateReplicaSet(admin);
  if (isWritablePrimary && !wasPrimary) ensureServiceUser();
  setReady(Boolean(isWritablePrimary || secondary));
  return Boolean(isWritablePrimary);
}

let connection;
let primary = false;
setReady(false);
for (;;) {
  try {
    connection ??= connectToMember();
    primary = reconcile(connection.getDB('admin'), primary);
  } catch (error) {
    primary = false;
    setReady(false);
    logEvent(`check failed, retrying: ${error.message}`);
  }
  sleep(POLL_INTERVAL_MS);
}
