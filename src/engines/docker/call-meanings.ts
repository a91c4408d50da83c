import type { ErrorCode } from '../../model/errors.ts';
import type { EngineClient } from '../engine-client.ts';

export type EngineCall = keyof EngineClient;

interface Meaning {
  readonly status?: number;
  readonly says?: RegExp;
  readonly code: ErrorCode;
}

const noSuchImage: readonly Meaning[] = [
  {
    says: /no such image|manifest unknown|pull access denied|repository .*does not exist|\bnot found\b/i,
    code: 'no_such_image',
  },
  { says: /invalid reference format|repository name must be lowercase/i, code: 'no_such_image' },
];

const notRunning: Meaning = { says: /is not running/i, code: 'wrong_state' };
const noSuchContainer: Meaning = { status: 404, code: 'no_such_container' };

const networkMember: readonly Meaning[] = [
  { status: 404, says: /no such container/i, code: 'no_such_container' },
  { status: 404, says: /network/i, code: 'no_such_network' },
  { says: /already exists in network|is not connected|marked for removal|is not running/i, code: 'wrong_state' },
  { status: 400, code: 'invalid' },
  { status: 403, code: 'invalid' },
  { says: /address|subnet|supported|cannot/i, code: 'invalid' },
];

/** Not in a swarm, or already in one; not a manager, or no majority of managers; live-restore. */
const swarm: readonly Meaning[] = [
  { status: 503, code: 'wrong_state' },
  { status: 400, code: 'invalid' },
  { status: 404, code: 'wrong_state' },
  { says: /swarm|manager|leader|live-restore|raft/i, code: 'wrong_state' },
];

/** Maps an error response to an error code, by call; the default is `engine_refused`. */
export const meanings: Readonly<Record<EngineCall, readonly Meaning[]>> = {
  handshake: [],
  time: [],
  examine: [],
  diskUsage: [],
  ping: [],
  listContainers: [],
  inspectContainer: [noSuchContainer],
  createContainer: [
    { status: 409, says: /name .*in use/i, code: 'name_taken' },
    { status: 404, says: /no such image|does not match the specified platform/i, code: 'no_such_image' },
    { status: 400, says: /invalid reference format|repository name must be lowercase/i, code: 'no_such_image' },
    { status: 400, says: /no command specified/i, code: 'invalid' },
  ],
  // It only makes read calls, which have entries of their own.
  enforcePolicy: [],
  startContainer: [
    { status: 404, says: /no such container/i, code: 'no_such_container' },
    { says: /marked for removal/i, code: 'no_such_container' },
    { says: /port is already allocated|address already in use/i, code: 'port_taken' },
    { says: /driver failed programming external connectivity/i, code: 'port_taken' },
    { says: /paused container/i, code: 'wrong_state' },
  ],
  stopContainer: [noSuchContainer],
  restartContainer: [
    { status: 404, says: /no such container/i, code: 'no_such_container' },
    { says: /marked for removal/i, code: 'no_such_container' },
    { says: /port is already allocated|address already in use/i, code: 'port_taken' },
    { says: /driver failed programming external connectivity/i, code: 'port_taken' },
  ],
  killContainer: [noSuchContainer, notRunning, { says: /invalid signal/i, code: 'invalid' }],
  pauseContainer: [noSuchContainer, notRunning],
  unpauseContainer: [noSuchContainer, notRunning],
  listProcesses: [noSuchContainer, notRunning],
  sampleUsage: [noSuchContainer],
  checkContainer: [noSuchContainer],
  inspectDocument: [noSuchContainer],
  listDocuments: [],
  openLogs: [noSuchContainer],
  waitContainer: [noSuchContainer],
  listChanges: [noSuchContainer],
  openExport: [noSuchContainer],
  statPath: [
    { status: 404, code: 'no_such_path' },
    { status: 400, code: 'invalid' },
  ],
  openArchive: [
    { status: 404, says: /no such container/i, code: 'no_such_container' },
    { status: 404, code: 'no_such_path' },
    { status: 400, code: 'invalid' },
  ],
  putArchive: [
    { status: 404, says: /no such container/i, code: 'no_such_container' },
    { status: 404, code: 'no_such_path' },
    // A read-only file system.
    { status: 403, code: 'wrong_state' },
    { status: 400, code: 'invalid' },
    {
      says: /error processing tar|invalid (tar|symlink|hardlink)|cannot overwrite|unexpected EOF|outside of/i,
      code: 'invalid',
    },
  ],
  renameContainer: [
    { status: 404, says: /no such container/i, code: 'no_such_container' },
    { says: /in use|already reserved/i, code: 'name_taken' },
    { says: /same name|invalid container name/i, code: 'invalid' },
  ],
  updateContainer: [
    noSuchContainer,
    { says: /marked for removal/i, code: 'no_such_container' },
    // Conflicting limits.
    { status: 400, code: 'invalid' },
    { status: 409, code: 'invalid' },
    { says: /memory|cpus|restart policy/i, code: 'invalid' },
  ],
  startExec: [
    { status: 404, says: /no such (container|exec)/i, code: 'no_such_container' },
    notRunning,
    { status: 409, code: 'wrong_state' },
    { status: 400, code: 'invalid' },
    { says: /unable to find user|no matching entries|no such (user|group)/i, code: 'invalid' },
  ],
  createExec: [
    { status: 404, says: /no such (container|exec)/i, code: 'no_such_container' },
    notRunning,
    { status: 409, code: 'wrong_state' },
    { status: 400, code: 'invalid' },
  ],
  startCreated: [],
  attachContainer: [
    { status: 404, says: /no such container/i, code: 'no_such_container' },
    { status: 409, code: 'wrong_state' },
    { status: 400, code: 'invalid' },
  ],
  commitContainer: [
    { status: 404, says: /no such container/i, code: 'no_such_container' },
    { status: 400, code: 'invalid' },
    { says: /invalid reference format|repository name/i, code: 'invalid' },
  ],
  listVolumes: [],
  inspectVolume: [{ status: 404, code: 'no_such_volume' }],
  createVolume: [
    { says: /already exists|conflict/i, code: 'name_taken' },
    { status: 400, code: 'invalid' },
    { says: /invalid|plugin .*not found|no such/i, code: 'invalid' },
  ],
  removeVolume: [
    { status: 404, code: 'no_such_volume' },
    { status: 409, code: 'volume_in_use' },
  ],
  listUsers: [],
  listNetworks: [],
  inspectNetwork: [{ status: 404, code: 'no_such_network' }],
  createNetwork: [
    { says: /already exists/i, code: 'name_taken' },
    { status: 400, code: 'invalid' },
    { status: 403, code: 'invalid' },
    { says: /invalid|overlaps|not found|no such|subnet|gateway|not support|only|swarm/i, code: 'invalid' },
  ],
  removeNetwork: [
    { status: 404, code: 'no_such_network' },
    { says: /active endpoints|in use/i, code: 'network_in_use' },
    { status: 403, code: 'invalid' },
  ],
  connectNetwork: networkMember,
  disconnectNetwork: networkMember,
  readSwarm: swarm,
  listSwarmNodes: swarm,
  readSwarmTokens: swarm,
  initSwarm: swarm,
  joinSwarm: swarm,
  leaveSwarm: swarm,
  setSwarmRole: swarm,
  removeSwarmNode: swarm,
  rotateSwarmTokens: swarm,
  removeContainer: [
    noSuchContainer,
    { status: 409, says: /(running|paused) container|container is (running|paused)/i, code: 'wrong_state' },
    { status: 409, code: 'container_busy' },
  ],
  pullImage: noSuchImage,
  listImages: [],
  listEngineImages: [],
  inspectImage: [
    { status: 404, code: 'no_such_image' },
    { status: 400, code: 'no_such_image' },
  ],
  listImageSteps: [
    { status: 404, code: 'no_such_image' },
    { status: 400, code: 'no_such_image' },
  ],
  listImageLayers: [],
  openImageArchive: [{ status: 404, code: 'no_such_image' }],
  loadImages: [],
  // A failed step, an invalid Dockerfile or a missing base image.
  buildImage: [{ code: 'build_failed' }],
  // Docker reports some rejections by a registry as its own errors.
  checkLogin: [
    { status: 401, code: 'registry_denied' },
    { says: /status: 40[13]\b|unauthorized|incorrect username|access denied/i, code: 'registry_denied' },
  ],
  tagImage: [
    { status: 404, code: 'no_such_image' },
    { status: 400, code: 'invalid' },
    { says: /invalid reference format|repository name|invalid tag/i, code: 'invalid' },
  ],
  removeImage: [
    { status: 404, code: 'no_such_image' },
    { status: 409, code: 'image_in_use' },
  ],
  listIngressPorts: [],
  relay: [],
  tunnel: [],
  openEvents: [],
};

/** The call as part of a sentence, followed by the name of its subject. */
export const tasks: Readonly<Record<EngineCall, string>> = {
  handshake: 'identify itself',
  time: 'report its time',
  examine: 'report its setup',
  diskUsage: 'report its disk usage',
  ping: 'answer',
  listContainers: 'list containers',
  inspectContainer: 'inspect container',
  createContainer: 'create container',
  enforcePolicy: 'check the policy of container',
  startContainer: 'start container',
  stopContainer: 'stop container',
  restartContainer: 'restart container',
  killContainer: 'kill container',
  pauseContainer: 'pause container',
  unpauseContainer: 'unpause container',
  listProcesses: 'list the processes of container',
  sampleUsage: 'report the usage of container',
  checkContainer: 'inspect container',
  inspectDocument: 'inspect container',
  listDocuments: 'list',
  openLogs: 'open the logs of container',
  waitContainer: 'wait for container',
  listChanges: 'list the changed files of container',
  openExport: 'export container',
  statPath: 'look at a path in container',
  openArchive: 'copy out of container',
  putArchive: 'copy into container',
  renameContainer: 'rename container',
  updateContainer: 'update container',
  startExec: 'run a program in container',
  createExec: 'prepare a program in container',
  startCreated: 'run a program in container',
  attachContainer: 'attach to container',
  commitContainer: 'make an image of container',
  listVolumes: 'list volumes',
  inspectVolume: 'inspect volume',
  createVolume: 'create volume',
  removeVolume: 'remove volume',
  listUsers: 'list the containers that use',
  listNetworks: 'list networks',
  inspectNetwork: 'inspect network',
  createNetwork: 'create network',
  removeNetwork: 'remove network',
  connectNetwork: 'connect a container to network',
  disconnectNetwork: 'disconnect a container from network',
  readSwarm: 'report its swarm',
  listSwarmNodes: 'list the nodes of its swarm',
  readSwarmTokens: 'report how its swarm is joined',
  initSwarm: 'make a swarm',
  joinSwarm: 'join the swarm',
  leaveSwarm: 'leave its swarm',
  setSwarmRole: 'change a node of its swarm',
  removeSwarmNode: 'remove a node of its swarm',
  rotateSwarmTokens: 'replace the tokens of its swarm',
  removeContainer: 'remove container',
  pullImage: 'pull image',
  listImages: 'list images',
  listEngineImages: 'list images',
  inspectImage: 'inspect image',
  listImageSteps: 'show the history of image',
  listImageLayers: 'inspect image',
  openImageArchive: 'save image',
  loadImages: 'load images',
  buildImage: 'build image',
  checkLogin: 'log in to',
  tagImage: 'tag image',
  removeImage: 'remove image',
  listIngressPorts: 'list services of its swarm',
  openEvents: 'stream events',
  relay: 'answer',
  tunnel: 'hand on a connection of',
};

/** Calls whose effect is uncertain if their response is lost. */
export const changesSomething: readonly EngineCall[] = [
  'createContainer',
  'startContainer',
  'stopContainer',
  'restartContainer',
  'killContainer',
  'pauseContainer',
  'unpauseContainer',
  'renameContainer',
  'updateContainer',
  'commitContainer',
  'startExec',
  'createExec',
  'startCreated',
  'tagImage',
  'removeImage',
  'putArchive',
  'createVolume',
  'createNetwork',
  'connectNetwork',
  'disconnectNetwork',
  'initSwarm',
  'joinSwarm',
  'leaveSwarm',
  'setSwarmRole',
];
