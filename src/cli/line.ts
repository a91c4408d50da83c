import { visibleText } from '../model/visible-text.ts';

/** A template for one line with its newline. Interpolated values are sanitized, and cannot add lines. */
export function line(strings: TemplateStringsArray, ...values: readonly unknown[]): string {
  return `${String.raw({ raw: strings }, ...values.map((value) => visibleText(String(value))))}\n`;
}
