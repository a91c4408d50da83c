import test from 'ava';
import type { EngineCall } from '../../../src/engines/docker/call-meanings.ts';
import { toSatsumaError } from '../../../src/engines/docker/errors.ts';
import { BrokenConnection, EngineHttpError, type WirePhase } from '../../../src/engines/docker/failures.ts';
import { type ErrorCode, SatsumaError } from '../../../src/model/errors.ts';

const context = { engineId: 'e1', addr: 'https://h', subject: 'web', limitMs: 5000, isLate: false };
const broken = (code: string, phase: WirePhase) =>
  new BrokenConnection(Object.assign(new Error(code), { code }), phase);

const refusal = test.macro({
  exec: (t, call: EngineCall, status: number, message: string, code: ErrorCode) => {
    const cause = new EngineHttpError(status, message);
    const error = toSatsumaError(cause, { ...context, call });
    t.is(error.code, code);
    t.is(error.cause, cause);
    t.true(error.message.startsWith('engine e1 (https://h) refused to '));
    t.true(error.message.endsWith(message));
  },
  title: (_, call, status, message, code) => `${call} refused with ${status} ${message} is ${code}`,
});

const driver = 'driver failed programming external connectivity on endpoint web';
test(refusal, 'createContainer', 409, 'Conflict. The container name "/web" is already in use by x', 'name_taken');
test(refusal, 'createContainer', 409, 'Conflict of another kind', 'engine_refused');
test(refusal, 'createContainer', 404, 'No such image: x:latest', 'no_such_image');
test(refusal, 'createContainer', 400, 'No command specified', 'invalid');
test(refusal, 'createContainer', 400, 'invalid reference format', 'no_such_image');
test(refusal, 'createContainer', 404, 'network x not found', 'engine_lacks');
test(refusal, 'createContainer', 500, 'no space left on device', 'engine_failed');
test(refusal, 'createContainer', 307, 'HTTP 307, a redirect, not followed', 'engine_failed');
test(refusal, 'createContainer', 400, 'Minimum memory limit allowed is 6MB', 'engine_refused');
test(refusal, 'startContainer', 500, `${driver}: Bind for 0.0.0.0:80 failed: port is already allocated`, 'port_taken');
test(refusal, 'startContainer', 500, 'listen tcp4 0.0.0.0:80: bind: address already in use', 'port_taken');
test(refusal, 'startContainer', 500, `${driver}: cannot assign requested address`, 'port_taken');
test(refusal, 'startContainer', 404, 'No such container: web', 'no_such_container');
test(refusal, 'startContainer', 404, 'network x not found', 'engine_lacks');
const noNetwork = 'failed to set up container networking: network x not found';
test(refusal, 'startContainer', 404, noNetwork, 'engine_lacks');
test(refusal, 'restartContainer', 404, noNetwork, 'engine_lacks');
test(refusal, 'restartContainer', 404, 'No such container: web', 'no_such_container');
const noDriver = 'could not select device driver "" with capabilities: [[gpu]]';
test(refusal, 'startContainer', 500, noDriver, 'engine_lacks');
test(refusal, 'createContainer', 500, noDriver, 'engine_lacks');
const noDevice = 'error gathering device information while adding custom device "/dev/x"';
test(refusal, 'startContainer', 500, `${noDevice}: no such file or directory`, 'engine_lacks');
test(refusal, 'startContainer', 500, `${noDevice}: not a device node`, 'engine_lacks');
test(refusal, 'startContainer', 409, 'container is marked for removal and cannot be started', 'no_such_container');
test(refusal, 'startContainer', 400, 'exec: "x": executable file not found in $PATH', 'engine_refused');
const oci = 'failed to create shim task: OCI runtime create failed';
const noRuntime = `${oci}: unable to retrieve OCI runtime error (open /run/x/log.json: no such file or directory)`;
const init = `${oci}: runc create failed: unable to start container process`;
const noGpu = 'nvidia-container-cli: device error: GPU-1: unknown device: unknown';
test(refusal, 'startContainer', 500, `${init}: error running prestart hook #0: ${noGpu}`, 'engine_lacks');
const noCdi = 'CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=9';
test(refusal, 'startContainer', 500, `could not apply CDI: ${noCdi}`, 'engine_lacks');
test(refusal, 'startContainer', 500, `${noRuntime}: false did not terminate successfully`, 'engine_failed');
test(refusal, 'startContainer', 400, `${noRuntime}: exec: "runc": executable file not found in $PATH`, 'engine_failed');
test(
  refusal,
  'startContainer',
  400,
  `${noRuntime}: fork/exec /usr/bin/runc: no such file or directory`,
  'engine_failed',
);
test(refusal, 'startContainer', 400, 'unknown or invalid runtime name: broken', 'engine_failed');
test(
  refusal,
  'startContainer',
  500,
  'failed to start shim: exec: "containerd-shim-runc-v2": not found',
  'engine_failed',
);
test(refusal, 'startContainer', 500, 'mkdir /var/lib/docker/x: no space left on device', 'engine_failed');
test(refusal, 'startContainer', 500, 'server error', 'engine_failed');
test(refusal, 'startContainer', 307, 'HTTP 307, a redirect, not followed', 'engine_failed');
test(refusal, 'startContainer', 400, `${init}: exec: "x": executable file not found in $PATH`, 'engine_refused');
test(refusal, 'startContainer', 400, `${init}: exec: "/x": stat /x: no such file or directory`, 'engine_refused');
test(refusal, 'startContainer', 500, `${init}: exec: "/etc": is a directory: permission denied`, 'engine_refused');
test(
  refusal,
  'startContainer',
  500,
  `${init}: container init was OOM-killed (memory limit too low?)`,
  'engine_refused',
);
test(refusal, 'startContainer', 500, 'unable to find user web: no matching entries in passwd file', 'engine_refused');
test(refusal, 'startContainer', 500, 'Cannot link to a non running container: /db AS /web/db', 'engine_refused');
test(refusal, 'startContainer', 500, `${init}: error mounting "/a" to rootfs at "/b": no such file`, 'engine_refused');
test(refusal, 'restartContainer', 500, 'server error', 'engine_failed');
test(refusal, 'inspectContainer', 404, 'No such container: web', 'no_such_container');
test(refusal, 'removeContainer', 404, 'No such container: web', 'no_such_container');
test(refusal, 'removeContainer', 409, 'removal of container web is already in progress', 'container_busy');
test(refusal, 'pullImage', 404, 'manifest for x:1 not found: manifest unknown', 'no_such_image');
test(refusal, 'pullImage', 404, 'pull access denied for x, repository does not exist', 'no_such_image');
test(refusal, 'pullImage', 0, 'repository x/y does not exist', 'no_such_image');
test(refusal, 'pullImage', 500, 'Get "https://r/v2/": dial tcp: lookup r: no such host', 'engine_refused');
test(refusal, 'pullImage', 0, 'no space left on device', 'engine_refused');
test(
  refusal,
  'checkLogin',
  401,
  'Get "https://r/v2/": unauthorized: incorrect username or password',
  'registry_denied',
);
test(
  refusal,
  'checkLogin',
  500,
  'login attempt to https://r/v2/ failed with status: 401 Unauthorized',
  'registry_denied',
);
test(refusal, 'checkLogin', 500, 'Get "https://r/v2/": dial tcp: lookup r: no such host', 'engine_refused');
test(refusal, 'inspectContainer', 404, 'network x not found', 'no_such_container');
test(refusal, 'listContainers', 500, 'server error', 'engine_refused');

const connection = test.macro({
  exec: (t, call: EngineCall, phase: WirePhase, nodeCode: string, code: ErrorCode, sentence: RegExp) => {
    const error = toSatsumaError(broken(nodeCode, phase), { ...context, call });
    t.is(error.code, code);
    t.regex(error.message, sentence);
    t.regex(error.message, new RegExp(nodeCode));
  },
  title: (_, call, phase, nodeCode, code) => `${call} with ${nodeCode} when ${phase} is ${code}`,
});

test(connection, 'listContainers', 'connecting', 'ECONNREFUSED', 'engine_unreachable', /is its daemon up/);
test(connection, 'createContainer', 'connecting', 'ECONNRESET', 'engine_unreachable', /is its daemon up/);
test(connection, 'createContainer', 'fresh', 'ECONNRESET', 'engine_timeout', /the outcome is unknown/);
test(connection, 'createContainer', 'kept', 'ECONNRESET', 'engine_timeout', /the outcome is unknown/);
test(connection, 'startContainer', 'answering', 'ECONNRESET', 'engine_timeout', /the outcome is unknown/);
test(connection, 'removeContainer', 'kept', 'ECONNRESET', 'engine_unreachable', /broke the connection/);
test(connection, 'handshake', 'fresh', 'ECONNRESET', 'engine_unreachable', /ssl-cert/);

const certificate = test.macro({
  exec: (t, nodeCode: string, sentence: RegExp) => {
    for (const phase of ['connecting', 'fresh'] as const) {
      const error = toSatsumaError(broken(nodeCode, phase), { ...context, call: 'createContainer' });
      t.is(error.code, 'engine_certificate');
      t.regex(error.message, sentence);
    }
  },
  title: (_, nodeCode) => `${nodeCode} is engine_certificate`,
});

test(certificate, 'SELF_SIGNED_CERT_IN_CHAIN', /another CA/);
test(certificate, 'DEPTH_ZERO_SELF_SIGNED_CERT', /another CA/);
test(certificate, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', /another CA/);
test(certificate, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /another CA/);
test(certificate, 'CERT_SIGNATURE_FAILURE', /another CA/);
test(certificate, 'ERR_TLS_CERT_ALTNAME_INVALID', /another host name/);
test(certificate, 'CERT_HAS_EXPIRED', /expired/);
test(certificate, 'CERT_NOT_YET_VALID', /not valid yet/);
test(certificate, 'INVALID_PURPOSE', /not one for servers/);
test(certificate, 'ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS on that port/);
test(certificate, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /TLS 1.2 or newer/);
test(certificate, 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', /refuses the certificate in ssl-cert/);
test(certificate, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /refuses the certificate in ssl-cert/);
test(certificate, 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /refuses the certificate in ssl-cert/);
test(certificate, 'EPROTO', /made no TLS connection/);

test('a late answer is a timeout, unless nothing was sent', (t) => {
  const late = { ...context, isLate: true };
  const create = toSatsumaError(broken('ECONNRESET', 'kept'), { ...late, call: 'createContainer' });
  t.is(create.code, 'engine_timeout');
  t.regex(create.message, /did not answer within 5000 ms when asked to create container web; the outcome is unknown/);
  const pull = toSatsumaError(broken('ECONNRESET', 'answering'), { ...late, call: 'pullImage' });
  t.regex(pull.message, /said nothing for 5000 ms when asked to pull image web$/);
  const connecting = toSatsumaError(broken('x', 'connecting'), { ...late, call: 'createContainer' });
  t.is(connecting.code, 'engine_unreachable');
  t.regex(connecting.message, /no connection within 5 s/);
});

test('SatsumaErrors pass unchanged, other errors count as invalid responses', (t) => {
  const own = new SatsumaError('invalid', 'x');
  t.is(toSatsumaError(own, { ...context, call: 'listImages' }), own);
  t.is(toSatsumaError(new TypeError('x is not a function'), { ...context, call: 'listImages' }).code, 'engine_refused');
});

test('without a connection, an engine does not answer, whatever the call', (t) => {
  const late = { ...context, call: 'handshake', limitMs: 5_000, isLate: true } as const;
  const { code, message } = toSatsumaError(broken('ETIMEDOUT', 'connecting'), late);
  t.is(code, 'engine_unreachable');
  t.regex(message, / does not answer: no connection within 5 s$/);
});

for (const [what, error, isLate, why] of [
  ['refuses a connection', broken('ECONNREFUSED', 'connecting'), false, 'ECONNREFUSED'],
  ['breaks one', broken('ECONNRESET', 'answering'), false, 'ECONNRESET'],
  ['says nothing', new Error('late'), true, 'no answer'],
] as const) {
  test(`an engine that started a program and then ${what} has an uncertain outcome`, (t) => {
    const told = toSatsumaError(error, { ...context, call: 'startExec', isLate, isUnderWay: true });
    t.is(told.code, 'engine_unreachable');
    const sentence = `broke the connection (${why}) when asked to run a program in container web`;
    t.is(told.message, `engine e1 (https://h) ${sentence}; the program may go on`);
  });
}
