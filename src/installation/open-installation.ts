import { SatsumaError } from '../model/errors.ts';
import { Installation } from './installation.ts';
import { deriveLabelKey, type LabelKey, secretIn } from './label-keys.ts';

/** A file with a secret, and its name for messages. */
export interface SecretFile {
  readonly name: string;
  readonly text: string;
}

/** Shorter secrets could be guessed. */
const shortest = 32;

/**
 * The installation of a server, from the files of `label-keys`, otherwise from the key of its client certificate,
 * otherwise from a stored secret. Throws `invalid`, and never quotes a file.
 */
export async function openInstallation({
  name,
  files,
  keptSecret,
}: {
  readonly name: string | undefined;
  readonly files: readonly SecretFile[];
  readonly keptSecret: () => Promise<string>;
}): Promise<Installation> {
  const [first, ...rest] = files.map(keyIn);
  if (first) return new Installation([first, ...rest], name);
  return new Installation([deriveLabelKey(secretIn(await keptSecret()))], name);
}

function keyIn({ name, text }: SecretFile): LabelKey {
  const secret = secretOf(name, text);
  if (secret.length >= shortest) return deriveLabelKey(secret);
  throw new SatsumaError(
    'invalid',
    `${name} must hold a private key in PEM, or a secret of at least ${shortest} characters`,
  );
}

function secretOf(name: string, text: string): Buffer {
  try {
    return secretIn(text);
  } catch {
    // The cause is not attached: it may quote the file.
    throw new SatsumaError('invalid', `${name} is not a private key without a passphrase in PEM`);
  }
}
