import { visibleText } from '../model/visible-text.ts';

/** A template of one line, with its end. Values may come from outside: each is made visible and adds no line. */
export function line(strings: TemplateStringsArray, ...values: readonly unknown[]): string {
  return `${String.raw({ raw: strings }, ...values.map((value) => visibleText(String(value))))}\n`;
}
