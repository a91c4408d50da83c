import { listOf, wordsOf } from '../words-of.ts';

export type RequestedImage = Readonly<Record<string, unknown>>;

/** As it is typed. */
export const nothing = {
  ...{ image: '', name: '', command: '', cpus: '', memory: '', ports: '', labels: '', replicas: '' },
  type: 'label',
};
export type Form = Readonly<typeof nothing>;
export type Field = keyof Form;

/** As it would be posted: what was left empty is not asked for, and what makes no sense is for the server to say. */
export function imageConfigOf({ image, name, command, cpus, memory, ports, labels, type }: Form): RequestedImage {
  const bindings = listOf(ports).map((each) => {
    const [, port = '', inside = '', proto = 'tcp'] = /^(?:(\d*):)?(\d+)(?:\/(\w+))?$/.exec(each) ?? ['', each, each];
    return { ...(port !== '' && { port: numeric(port) }), container_port: numeric(inside), proto };
  });
  return {
    ...{ name: image.trim(), type: type.trim() || 'label' },
    ...(name.trim() !== '' && { container_name: name.trim() }),
    ...(command.trim() !== '' && { args: wordsOf(command) }),
    ...(cpus.trim() !== '' && { cpus: numeric(cpus) }),
    ...(memory.trim() !== '' && { memory: numeric(memory) }),
    ...(bindings.length > 0 && { bind_ports: bindings }),
    ...(listOf(labels).length > 0 && { labels: listOf(labels) }),
  };
}

/** The same as a service: its replicas are named by it. */
export function serviceOf({ name, replicas }: Form, { container_name: _, ...image }: RequestedImage): RequestedImage {
  return { name: name.trim(), image, replicas: replicas.trim() === '' ? 1 : numeric(replicas) };
}

function numeric(value: string): number | string {
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

/** The form with what an advice says to ask for, and what it has no field for. */
export function formWith(form: Form, ask: RequestedImage): { readonly form: Form; readonly rest: RequestedImage } {
  const { cpus, memory, labels, ...rest } = ask;
  const typed = {
    ...(cpus !== undefined && { cpus: typedOf(cpus) }),
    ...(memory !== undefined && { memory: typedOf(memory) }),
    ...(labels !== undefined && { labels: typedOf(labels) }),
  };
  return { form: { ...form, ...typed }, rest };
}

/** null: to be left out. */
function typedOf(value: unknown): string {
  return value === null ? '' : String(value);
}
