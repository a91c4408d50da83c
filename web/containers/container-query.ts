import type { ListedContainer } from '../../src/api/container.ts';
import { type ContainerFilterKey, containerFilters } from '../../src/api/container-filters.ts';

type Filter = (typeof containerFilters)[ContainerFilterKey] & {
  readonly values?: readonly string[];
  readonly isEvery?: boolean;
};

interface ContainerQuery {
  readonly matches: (container: ListedContainer) => boolean;
  /** A key that there is not, or a value that it cannot have. */
  readonly wrong?: { readonly word: string; readonly instead: readonly string[] };
}

/**
 * What is typed above the table: `KEY=VALUE` as the command line's `--filter` has it, of which several of a key are alternatives; and any other
 * word, which the name, the image or the engine has to have.
 */
export function readQuery(typed: string): ContainerQuery {
  const words = typed.split(/\s+/).filter((word) => word !== '');
  const asked = new Map<ContainerFilterKey, string[]>();
  const parts: string[] = [];
  for (const word of words) {
    const [, key = '', value = ''] = /^([a-z]+)=(.*)$/.exec(word) ?? [];
    if (key === '') parts.push(word.toLowerCase());
    else if (!isKey(key)) return { matches: () => true, wrong: { word: key, instead: Object.keys(containerFilters) } };
    else if (value !== '') {
      const { values } = containerFilters[key] as Filter;
      // While it is typed it is the beginning of one.
      if (values && !values.some((each) => each.startsWith(value)))
        return { matches: () => true, wrong: { word: value, instead: values } };
      const whole = values?.filter((each) => each.startsWith(value)) ?? [value];
      asked.set(key, [...(asked.get(key) ?? []), ...whole]);
    }
  }
  const matches = (container: ListedContainer) =>
    parts.every((part) => textOf(container).includes(part)) &&
    [...asked].every(([key, values]) => {
      const { matches, isEvery } = containerFilters[key] as Filter;
      return isEvery
        ? values.every((each) => matches(container, each))
        : values.some((each) => matches(container, each));
    });
  return { matches };
}

function isKey(key: string): key is ContainerFilterKey {
  return Object.hasOwn(containerFilters, key);
}

function textOf({ id, name, image, engine }: ListedContainer): string {
  return `${name} ${image.name} ${engine.id} ${id}`.toLowerCase();
}
