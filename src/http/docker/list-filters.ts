import type { ListedContainer } from '../../commands/relay/kept-lists.ts';

type Filters = Readonly<Record<string, readonly string[]>>;

const states = ['created', 'restarting', 'running', 'removing', 'paused', 'exited', 'dead'];
const alive = ['running', 'paused', 'restarting'];
/** Docker reads names as regular expressions: these say the same as a text. */
const plainName = /^(?:[\w-]{1,255}\/)?[\w-]{1,255}$/;
const idStart = /^[0-9a-f]{1,64}$/;

/** Which filters an entry of a list itself can tell, as docker does. Undefined: their engines must be asked. */
export function matcherOf(
  { status, name, id, label, ...others }: Filters,
  isAll: boolean,
): ((container: ListedContainer) => boolean) | undefined {
  const isPlain =
    Object.keys(others).length === 0 &&
    (status ?? []).every((each) => states.includes(each)) &&
    (name ?? []).every((each) => plainName.test(each)) &&
    (id ?? []).every((each) => idStart.test(each));
  if (!isPlain) return undefined;
  return (container) => {
    const { state, names, labels, engineId } = container;
    // `ENGINE/NAME` may be looked for, however lists name containers.
    const isNamed = (own: string, each: string) => (each.includes('/') ? `/${engineId}/${own}` : own).includes(each);
    if (status && status.length > 0 ? !status.includes(state) : !isAll && !alive.includes(state)) return false;
    if (name && name.length > 0 && !names.some((own) => name.some((each) => isNamed(own, each)))) return false;
    if (id && id.length > 0 && !id.some((each) => container.id.startsWith(each))) return false;
    return (label ?? []).every((each) => isLabelled(labels, each));
  };
}

/** A label by its name, or `name=value`. */
export function isLabelled(labels: Readonly<Record<string, string>>, expected: string): boolean {
  const at = expected.indexOf('=');
  if (at < 0) return Object.hasOwn(labels, expected);
  const name = expected.slice(0, at);
  return Object.hasOwn(labels, name) && labels[name] === expected.slice(at + 1);
}
