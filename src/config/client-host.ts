import { SatsumaError } from '../model/errors.ts';

/** The server that the command line client talks to, without a slash at its end. Throws `invalid` unless it is http(s). */
export function clientHost(env: NodeJS.ProcessEnv = process.env): string {
  const text = env.SATSUMA_HOST || 'http://127.0.0.1:8080';
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new SatsumaError('invalid', 'SATSUMA_HOST must be a URL such as http://127.0.0.1:8080');
  }
  return text.replace(/\/+$/, '');
}
