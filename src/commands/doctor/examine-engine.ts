import type { EngineClient } from '../../engines/engine-client.ts';
import { type EngineRecord, statusOf } from '../../model/engine.ts';
import { type ErrorCode, isSatsumaError } from '../../model/errors.ts';
import type { EngineSetup, Finding } from '../../model/finding.ts';
import { firstFew } from '../../model/first-few.ts';
import { certificateFinding } from './certificate-finding.ts';
import { diskFinding } from './disk-finding.ts';

/** Clock skew causes no wrong decisions, but affects displayed times and the validity of certificates. */
const tolerableSkewMs = 5_000;
const maxSkewMs = 300_000;
/** As documented in docs/engines.md. */
const oldestMajor = 20;
/** These drivers copy whole layers, or are deprecated by Docker. */
const poorDrivers = ['vfs', 'aufs', 'devicemapper', 'overlay'];
const maxWarnings = 3;

/** Examines one engine. Errors of the engine become findings. */
export async function examineEngine(client: EngineClient, engine: EngineRecord): Promise<Finding[]> {
  const { id } = engine;
  const began = Date.now();
  try {
    const setup = await client.examine();
    const ended = Date.now();
    const disk = await diskFinding(client, id);
    return [
      { check: 'engine.reachable', subject: id, ...intentOf(engine, `it answers after ${ended - began} ms`) },
      versionOf(id, setup),
      driverOf(id, setup),
      disk,
      liveRestoreOf(id, setup),
      clockOf(id, setup.timeMs - (began + ended) / 2),
      ...(setup.certificate ? [certificateFinding('engine.certificate', setup.certificate, reissue(engine), id)] : []),
      ...warningsOf(id, setup),
    ];
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    const remedy = remedyOf(error.code, engine);
    return [{ check: 'engine.reachable', subject: id, status: 'problem', message: error.message, remedy }];
  }
}

function intentOf(engine: EngineRecord, message: string): Pick<Finding, 'status' | 'message' | 'remedy'> {
  const status = statusOf(engine);
  if (status === 'ok') return { status: 'ok', message };
  const remedy =
    status === 'down' || status === 'pending'
      ? 'wait a moment, and run this again'
      : `"satsuma engine set ${engine.id} --status ok" enables it`;
  return { status: 'warning', message: `${message}, and is ${status}: nothing is placed there`, remedy };
}

function versionOf(subject: string, { version }: EngineSetup): Finding {
  const found = { check: 'engine.version', subject, message: `Docker ${version}` };
  if (!(Number.parseInt(version, 10) < oldestMajor)) return { ...found, status: 'ok' };
  return { ...found, status: 'warning', remedy: `install Docker ${oldestMajor}.10 or newer` };
}

function driverOf(subject: string, { storageDriver }: EngineSetup): Finding {
  const found = { check: 'engine.storage', subject, message: `storage driver ${storageDriver}` };
  if (!poorDrivers.includes(storageDriver)) return { ...found, status: 'ok' };
  const remedy = 'set "storage-driver" to overlay2 in /etc/docker/daemon.json; images have to be pulled again';
  return { ...found, status: 'warning', remedy };
}

function liveRestoreOf(subject: string, { isLiveRestore, isInSwarm }: EngineSetup): Finding {
  const check = 'engine.live-restore';
  if (isLiveRestore) return { check, subject, status: 'ok', message: 'containers keep running while Docker restarts' };
  // Docker does not allow both together.
  if (isInSwarm) return { check, subject, status: 'ok', message: 'live-restore is off, as Swarm mode requires' };
  const message = 'live-restore is off: all containers stop when Docker restarts';
  const remedy = 'put "live-restore": true into /etc/docker/daemon.json, and reload Docker';
  return { check, subject, status: 'warning', message, remedy };
}

function clockOf(subject: string, aheadMs: number): Finding {
  const found = { check: 'engine.clock', subject };
  const off = Math.abs(aheadMs);
  if (off <= tolerableSkewMs) return { ...found, status: 'ok', message: 'its clock agrees with that of the server' };
  const message = `its clock is ${Math.round(off / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} that of the server`;
  const remedy = 'let NTP (chrony, systemd-timesyncd) set the clocks of both';
  return { ...found, status: off > maxSkewMs ? 'problem' : 'warning', message, remedy };
}

function warningsOf(subject: string, { warnings }: EngineSetup): Finding[] {
  if (warnings.length === 0) return [];
  const message = `Docker warns: ${firstFew(warnings, maxWarnings, '; ')}`;
  return [{ check: 'engine.warnings', subject, status: 'warning', message, remedy: 'see "docker info" on that host' }];
}

const remedies: Readonly<Partial<Record<ErrorCode, (engine: EngineRecord) => string>>> = {
  engine_certificate: reissue,
  engine_timeout: () => 'log in to that host: Docker hangs, or the network loses packets ("systemctl status docker")',
  invalid: ({ id }) => `"satsuma engine set ${id} --addr https://HOST:2376" changes its address`,
};

function remedyOf(code: ErrorCode, engine: EngineRecord): string {
  const remedy = remedies[code];
  return remedy?.(engine) ?? `start Docker there, make it listen at ${engine.addr}, and open the port in all firewalls`;
}

function reissue({ id }: EngineRecord): string {
  return `issue a new certificate with "satsuma ca engine ${id} --host HOST --replace", copy it there, and restart Docker`;
}
