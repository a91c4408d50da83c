import { isSatsumaError, SatsumaError } from '../../model/errors.ts';

const noTls =
  'does not speak TLS; give its address as redis:// (redis+sentinel://, redis+cluster://), or the port of its TLS';
const onlyTls = 'wants TLS; give its address as rediss:// (rediss+sentinel://, rediss+cluster://)';

const closed = /max retries per request|Connection is closed|connection close|writeable|ECONNRESET|EPIPE/;

/** Errors of Redis or its connection, with a remedy. The first match wins. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/\bOOM\b/, 'is out of memory; raise its maxmemory or free some'],
  [/\bREADONLY\b/, 'is a replica and takes no writes; give the address of the primary'],
  [/\bLOADING\b/, 'is still loading its data; try again in a moment'],
  [/\bMASTERDOWN\b/, 'has lost its primary; try again in a moment'],
  [/\bNOAUTH\b/, 'wants a password; put one in the URL'],
  [/\bWRONGPASS\b|invalid password|invalid username-password/, 'refuses the user or the password; correct the URL'],
  [
    /\bNOPERM\b|user executing the script|ACL failure/,
    'does not let this user do what Satsuma needs; set ACL SETUSER USER {rule}',
  ],
  [
    /unknown command/i,
    'does not know a command that Satsuma needs; check that none is renamed or switched off: {rule}',
  ],
  [/\bWRONGTYPE\b/, "has other data under Satsuma's keys; choose another prefix"],
  [/\bMISCONF\b/, 'cannot save to its disk and takes no writes; check its log'],
  [/\bNOREPLICAS\b/, 'has fewer replicas than it needs to take writes'],
  [
    /[Aa]ll sentinels are unreachable/,
    'is not found by its Sentinels; check that they run, and that they know it by this name',
  ],
  [/\bBUSY\b/, 'is busy with a script; try again in a moment'],
  [
    /\b(MOVED|CROSSSLOT)\b/,
    'does not serve these keys: another node of its Cluster does; try again, and give the nodes as redis+cluster://',
  ],
  [/\b(ASK|TRYAGAIN)\b/, 'is moving these keys to another node; try again in a moment'],
  [/\bCLUSTERDOWN\b/, 'is a Cluster in which no node serves these keys now; try again in a moment'],
  [/cluster support disabled/, 'is no Cluster; give its address as redis:// or rediss://'],
  [/wrong version number|packet length too long|unknown protocol|record layer/i, noTls],
  [
    /self.signed certificate|unable to verify the first certificate|unable to get (local )?issuer certificate/i,
    'shows a certificate of a CA that is not known here; give that CA as redis-ca-cert',
  ],
  [/certificate's altnames/, 'shows a certificate for another name; correct the address, or give redis-server-name'],
  [/certificate has expired|certificate is not yet valid/, 'shows a certificate that is not valid at this time'],
  [
    /certificate required|handshake failure/,
    'wants a client certificate of TLS; give redis-ssl-cert and redis-ssl-key',
  ],
  [
    /alert (unknown ca|bad certificate|unsupported certificate|certificate)|unknown ca/i,
    'refuses our client certificate of TLS; give one of its CA as redis-ssl-cert and redis-ssl-key',
  ],
  [/ECONNREFUSED|ENOENT/, 'refuses the connection; check that it runs and that the address is right'],
  [/ENOTFOUND|EAI_AGAIN/, 'has a name that does not resolve; correct the address'],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    'cannot be reached; check that the address is right and the network lets it through',
  ],
  [/timed out|[Ss]ocket timeout/, 'did not answer in time'],
  [closed, 'closed the connection'],
];

/**
 * Converts an error of a call to the Redis at `endpoint` ("host:port", no password). `prefix`: the key prefix, for
 * advice on the required ACL.
 */
export function redisError(error: unknown, endpoint: string, prefix = 'satsuma'): SatsumaError {
  if (isSatsumaError(error)) return error;
  const message = withoutArguments(error instanceof Error ? error.message : String(error));
  const known = meanings.find(([pattern]) => pattern.test(message))?.[1].replace('{rule}', aclRule(prefix));
  const meaning = known ?? `failed: ${message}`;
  // Without `error` itself: ioredis attaches the command with all its arguments, including secrets.
  return new SatsumaError('store_unavailable', `Redis at ${endpoint} ${meaning}.`, { cause: new Error(message) });
}

/** Whether either side closed the connection. */
export function isConnectionClosed(error: unknown): boolean {
  return error instanceof Error && closed.test(error.message);
}

/** `spoken`: the protocol at the address. */
export function wrongProtocol(spoken: 'plain' | 'tls', endpoint: string): SatsumaError {
  return new SatsumaError('store_unavailable', `Redis at ${endpoint} ${spoken === 'tls' ? onlyTls : noTls}.`);
}

/** Redis quotes the arguments of an unknown command. */
function withoutArguments(message: string): string {
  return message.replace(/, with args beginning with.*/s, '');
}

/**
 * The commands that Satsuma sends, directly or in scripts. Redis checks ACLs within scripts, too. A test compares this
 * list with the scripts, and the trial write runs the modifying commands.
 */
export const neededCommands = [
  ...['eval', 'evalsha', 'info', 'ping', 'quit', 'select', 'time', 'wait'],
  ...['get', 'set', 'incr', 'incrby'],
  ...['hget', 'hmget', 'hgetall', 'hset', 'hsetnx', 'hdel', 'hincrby'],
  ...['sadd', 'srem', 'smembers', 'scard'],
  ...['zadd', 'zrem', 'zscore', 'zrangebyscore'],
  ...['xadd', 'xrange', 'xrevrange', 'xread', 'xtrim'],
] as const;

/** The `ACL SETUSER` rules that the user needs: the keys of the prefix, and the commands. */
export function aclRule(prefix: string): string {
  return `~{${prefix}}:* ${neededCommands.map((command) => `+${command}`).join(' ')}`;
}
