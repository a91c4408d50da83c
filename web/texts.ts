import { english, type FieldsOf, type TextKey } from './texts/english.ts';
import { german } from './texts/german.ts';

export type { TextWith } from './texts/english.ts';

export const language = navigator.language.startsWith('de') ? 'de' : 'en';
const table: Readonly<Record<TextKey, string>> = language === 'de' ? german : english;

type Given<Field extends string> = [Field] extends [never]
  ? readonly []
  : readonly [fields: Readonly<Record<Field, string | number>>];

/** The text, with what stands in braces filled in. */
export function text<K extends TextKey>(key: K, ...[fields]: Given<FieldsOf<(typeof english)[K]>>): string {
  const given: Readonly<Record<string, string | number>> = fields ?? {};
  return table[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(given[name] ?? whole));
}
