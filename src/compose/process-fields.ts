import { cpus, megabytes, megabytesOrNone, wholeSeconds } from '../application/amounts.ts';
import { quoted } from '../application/problems.ts';
import type { Fields, Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { Ulimit } from '../model/runtime-options.ts';
import { shellWords } from '../model/shell-words.ts';

type Part = Partial<ImageConfig>;
type Read<T> = (value: Value) => T | undefined;

const text: Read<string> = (value) => value.text();
const flag: Read<boolean> = (value) => value.flag();
const texts: Read<readonly string[]> = (value) => value.texts();
const map: Read<Record<string, string>> = (value) => value.map();

/** What of a service is a field of the image config as it is, by its key there. */
const plain: { readonly [Key in string]: readonly [keyof ImageConfig, Read<unknown>] } = {
  user: ['user', text],
  working_dir: ['working_dir', text],
  hostname: ['hostname', text],
  domainname: ['domain', text],
  tty: ['tty', flag],
  stdin_open: ['stdin_open', flag],
  init: ['init', flag],
  privileged: ['privileged', flag],
  read_only: ['read_only', flag],
  cap_add: ['cap_add', texts],
  cap_drop: ['cap_drop', texts],
  security_opt: ['security_opt', texts],
  group_add: ['group_add', texts],
  device_cgroup_rules: ['device_cgroup_rules', texts],
  dns: ['dns', texts],
  dns_search: ['dns_search', texts],
  dns_opt: ['dns_options', texts],
  expose: ['expose', texts],
  sysctls: ['sysctls', map],
  ipc: ['ipc_mode', noOther],
  pid: ['pid_mode', noOther],
  uts: ['uts_mode', text],
  userns_mode: ['userns_mode', text],
  cgroup_parent: ['cgroup_parent', text],
  runtime: ['runtime', text],
  platform: ['platform', text],
  stop_signal: ['stop_signal', text],
  stop_grace_period: ['stop_timeout', wholeSeconds],
  shm_size: ['shm_size', megabytes],
  mem_limit: ['memory', megabytes],
  mem_reservation: ['memory_reservation', megabytes],
  memswap_limit: ['memory_swap', megabytesOrNone],
  cpus: ['cpus', cpus],
  cpuset: ['cpuset', text],
  pids_limit: ['pids_limit', (value) => value.whole({ min: -1 })],
  oom_kill_disable: ['oom_kill_disable', flag],
  oom_score_adj: ['oom_score_adj', (value) => value.whole({ min: -1000, max: 1000 })],
  command: ['args', words],
  entrypoint: ['entrypoint', entrypoint],
  tmpfs: ['tmpfs', (value) => pathsWithOptions(value.texts())],
  devices: ['devices', (value) => value.list()?.flatMap((each) => device(each) ?? [])],
  extra_hosts: ['extra_hosts', hosts],
  ulimits: ['ulimits', ulimits],
};

/** What says how the containers of a service run, whichever engine they are on. */
export function processFields(service: Fields): Part {
  const entries = Object.entries(plain).flatMap(([key, [field, read]]) => {
    const value = service.take(key);
    const found = value && read(value);
    return found === undefined ? [] : [[field, found] as const];
  });
  return { ...(Object.fromEntries(entries) as Part), ...loggingOf(service.take('logging')) };
}

/** A text is split as a shell does, and an empty one takes the command of the image. */
function words(value: Value): readonly string[] | undefined {
  if (!value.isText) return value.texts();
  return shellWords(value.text() ?? '') ?? value.fail('has a quote or a backslash that does not end');
}

/** Nothing in its place is none, in the words of Docker one empty text. */
function entrypoint(value: Value): readonly string[] | undefined {
  const found = words(value);
  return found?.length === 0 ? [''] : found;
}

/** `host`, and what else needs no other container. */
function noOther(value: Value): string | undefined {
  const mode = value.text();
  if (mode === undefined || !/^(service|container):/.test(mode)) return mode;
  return value.fail(`is ${quoted(mode)}: another container may be on another engine, and this is not done here`);
}

function pathsWithOptions(paths: readonly string[] | undefined): Record<string, string> | undefined {
  return (
    paths &&
    Object.fromEntries(
      paths.map((path): [string, string] => {
        const at = path.indexOf(':');
        return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
      }),
    )
  );
}

function device(value: Value): string | undefined {
  if (value.isText) return value.text();
  const fields = value.fields();
  if (!fields) return undefined;
  const source = fields.take('source')?.text();
  const target = fields.take('target')?.text() ?? source;
  const permissions = fields.take('permissions')?.text();
  fields.finish();
  if (source === undefined) return fields.fail('must have source, a device of the engine');
  return [source, target, ...(permissions === undefined ? [] : [permissions])].join(':');
}

/** `HOST:ADDRESS` of each. */
export function hosts(value: Value): readonly string[] | undefined {
  return value
    .fields()
    ?.all()
    .flatMap(([host, each]) => {
      const addresses = each.isText ? [each.text() ?? ''] : (each.texts() ?? []);
      return addresses.map((address) => `${host}:${address.replace(/^\[|\]$/g, '')}`);
    });
}

function ulimits(value: Value): Record<string, number | Ulimit> | undefined {
  const limits = value
    .fields()
    ?.all()
    .flatMap(([name, each]): [string, number | Ulimit][] => {
      if (each.isText) {
        const both = each.whole({ min: -1 });
        return both === undefined ? [] : [[name, both]];
      }
      const fields = each.fields();
      const soft = fields?.take('soft')?.whole({ min: -1 });
      const hard = fields?.take('hard')?.whole({ min: -1 });
      fields?.finish();
      if (soft === undefined || hard === undefined) fields?.fail('must have soft and hard');
      return soft === undefined || hard === undefined ? [] : [[name, { soft, hard }]];
    });
  return limits && Object.fromEntries(limits);
}

function loggingOf(value: Value | undefined): Part {
  const fields = value?.fields();
  if (!fields) return {};
  const part = given({ log_driver: fields.take('driver')?.text(), log_options: fields.take('options')?.map() });
  fields.finish();
  return part;
}
