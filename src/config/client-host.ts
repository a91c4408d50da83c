import { SatsumaError } from '../model/errors.ts';

/**
 * The server that the command line client talks to, without a slash at its end: `SATSUMA_HOST`, a URL or `host:port`.
 * Throws `invalid` where it is neither.
 */
export function clientHost(env: NodeJS.ProcessEnv = process.env): string {
  const given = env.SATSUMA_HOST || '127.0.0.1:8080';
  const text = given.includes('://') ? given : `http://${given}`;
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new SatsumaError('invalid', 'SATSUMA_HOST must be like 127.0.0.1:8080 or https://satsuma.example:8080');
  }
  return text.replace(/\/+$/, '');
}

/** A variable of the shell that the command line client was started from. */
export function clientVariable(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env[name];
}
