import { english, type TextKey } from './texts/english.ts';
import { german } from './texts/german.ts';

export type { TextKey };

export const language = navigator.language.startsWith('de') ? 'de' : 'en';
const table: Readonly<Record<TextKey, string>> = language === 'de' ? german : english;

/** The text, with what stands in braces filled in. */
export function text(key: TextKey, fields: Readonly<Record<string, string | number>> = {}): string {
  return table[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(fields[name] ?? whole));
}
