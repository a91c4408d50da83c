import { createHmac, timingSafeEqual } from 'node:crypto';
import { SecretBox } from '../runtime/secret-box.ts';
import type { LabelKey } from './label-keys.ts';

export type Labels = Readonly<Record<string, string>>;

const prefix = 'satsuma.';
export const signatureLabel = `${prefix}signature`;

/** The version of the signature's form. */
const version = '1';

/** Who writes labels: a name that all servers on one store share, and the keys by which they know their own labels. */
export class Installation {
  /** What is written to labels. */
  readonly name: string;
  readonly #names: ReadonlySet<string>;
  readonly #first: LabelKey;
  readonly #keys: readonly LabelKey[];
  readonly #box: SecretBox;

  /** The first key signs and encrypts; all are believed. Without a name the installation is known by its keys. */
  constructor(keys: readonly [LabelKey, ...LabelKey[]], name?: string) {
    const [first, ...rest] = keys;
    this.name = name ?? first.installation;
    this.#names = new Set(name === undefined ? keys.map(({ installation }) => installation) : [name]);
    this.#first = first;
    this.#keys = keys;
    this.#box = new SecretBox([first.encryption, ...rest.map(({ encryption }) => encryption)]);
  }

  isOwn(name: string): boolean {
    return this.#names.has(name);
  }

  /** The labels and their signature, which is of all that are Satsuma's. */
  sign(labels: Labels): Record<string, string> {
    return { ...labels, [signatureLabel]: `${version}.${signatureOf(labels, this.#first).toString('base64url')}` };
  }

  isSignedByUs(labels: Labels): boolean {
    const [form, text = ''] = (labels[signatureLabel] ?? '').split('.');
    const signature = Buffer.from(text, 'base64url');
    if (form !== version || signature.length !== 32) return false;
    return this.#keys.some((key) => timingSafeEqual(signature, signatureOf(labels, key)));
  }

  /** As SecretBox has it. */
  encrypt(text: string, context: string): string {
    return this.#box.encrypt(text, context);
  }

  /** Undefined: it was not encrypted by this installation for that context. */
  decrypt(encrypted: string, context: string): string | undefined {
    return this.#box.decrypt(encrypted, context);
  }
}

/** Of the labels by name, so that their order, which an engine does not keep, says nothing. */
function signatureOf(labels: Labels, { signing }: LabelKey): Buffer {
  const signed = Object.entries(labels).filter(([name]) => name.startsWith(prefix) && name !== signatureLabel);
  signed.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac('sha256', signing).update(JSON.stringify(signed)).digest();
}
