import { createHmac, timingSafeEqual } from 'node:crypto';
import { SecretBox } from '../runtime/secret-box.ts';
import type { LabelKey } from './label-keys.ts';

export type Labels = Readonly<Record<string, string>>;

const prefix = 'satsuma.';
export const signatureLabel = `${prefix}signature`;

/** The version of the signature format. */
const version = '1';

/**
 * The installation that signs labels: a name that all servers on one store share, and the keys with which they verify
 * their own labels.
 */
export class Installation {
  /** The name in the labels. */
  readonly name: string;
  readonly #names: ReadonlySet<string>;
  readonly #first: LabelKey;
  readonly #keys: readonly LabelKey[];
  readonly #box: SecretBox;

  /**
   * The first key signs and encrypts; all are accepted for verification. Without a name, the installation is identified
   * by its keys.
   */
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

  /** Adds a signature over all of Satsuma's labels. */
  sign(labels: Labels): Record<string, string> {
    return { ...labels, [signatureLabel]: `${version}.${signatureOf(labels, this.#first).toString('base64url')}` };
  }

  isSignedByUs(labels: Labels): boolean {
    const [form, text = ''] = (labels[signatureLabel] ?? '').split('.');
    const signature = Buffer.from(text, 'base64url');
    if (form !== version || signature.length !== 32) return false;
    return this.#keys.some((key) => timingSafeEqual(signature, signatureOf(labels, key)));
  }

  /** See SecretBox. */
  encrypt(text: string, context: string): string {
    return this.#box.encrypt(text, context);
  }

  /** Undefined: it was not encrypted by this installation for that context. */
  decrypt(encrypted: string, context: string): string | undefined {
    return this.#box.decrypt(encrypted, context);
  }
}

/** Signs the labels sorted by name, because engines do not preserve their order. */
function signatureOf(labels: Labels, { signing }: LabelKey): Buffer {
  const signed = Object.entries(labels).filter(([name]) => name.startsWith(prefix) && name !== signatureLabel);
  signed.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac('sha256', signing).update(JSON.stringify(signed)).digest();
}
