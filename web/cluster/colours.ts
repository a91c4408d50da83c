import type { ListedContainer } from '../../src/api/container.ts';
import type { Service } from '../../src/api/service.ts';
import { servicesByContainer } from '../service-of.ts';
import type { TextWith } from '../texts.ts';

/** What the colour of a block says. */
export const colourings = ['image', 'service', 'project', 'health', 'freshness'] as const satisfies readonly TextWith[];
export type Coloring = (typeof colourings)[number];

/** Undefined: grey. */
export type HueOf = (container: ListedContainer) => number | undefined;

const red = 0;
const green = 130;
const amber = 40;
const minuteMs = 60_000;
/** Younger than this is the first hue, and so on; what is older than all is grey. */
const ages = [
  { youngerMs: 10 * minuteMs, hue: 130 },
  { youngerMs: 60 * minuteMs, hue: 180 },
  { youngerMs: 24 * 60 * minuteMs, hue: 230 },
  { youngerMs: 7 * 24 * 60 * minuteMs, hue: 290 },
];

export function isColoring(text: string): text is Coloring {
  return (colourings as readonly string[]).includes(text);
}

export function hueBy(coloring: Coloring, services: readonly Service[], nowMs: number): HueOf {
  if (coloring === 'image') return ({ image }) => hueOfText(image.name);
  if (coloring === 'project') return ({ image }) => hueOfText(image.project ?? 'default');
  if (coloring === 'health') return hueOfHealth;
  if (coloring === 'freshness')
    return ({ created_at }) => ages.find(({ youngerMs }) => nowMs - Date.parse(created_at) < youngerMs)?.hue;
  const known = servicesByContainer(services);
  return ({ id }) => {
    const service = known.get(id);
    return service && hueOfText(service.name);
  };
}

function hueOfHealth({ state, status = '', exit_code: code, stale }: ListedContainer): number | undefined {
  if (stale) return undefined;
  if (state === 'restarting' || state === 'dead' || /\(unhealthy\)/.test(status)) return red;
  if (state === 'exited') return code === 0 ? undefined : red;
  if (state !== 'running' || /\(health: starting\)/.test(status)) return amber;
  return green;
}

const hues = new Map<string, number>();
const maxHues = 10_000;

/** The same for the same text. */
function hueOfText(text: string): number {
  const known = hues.get(text);
  if (known !== undefined) return known;
  let hash = 0;
  for (const character of text) hash = (31 * hash + (character.codePointAt(0) ?? 0)) % 360;
  if (hues.size >= maxHues) hues.clear();
  hues.set(text, hash);
  return hash;
}
