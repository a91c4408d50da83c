/**
 * The commands that Satsuma sends, itself or in a script. A Redis that has ACLs checks those of a script too. A test
 * compares this list with the scripts, and the trial write runs those that change something.
 */
export const neededCommands = [
  ...['eval', 'evalsha', 'info', 'ping', 'quit', 'select', 'time', 'wait'],
  ...['get', 'set', 'incr', 'incrby'],
  ...['hget', 'hmget', 'hgetall', 'hset', 'hsetnx', 'hdel', 'hincrby'],
  ...['sadd', 'srem', 'smembers', 'scard'],
  ...['zadd', 'zrem', 'zscore', 'zrangebyscore'],
  ...['xadd', 'xrange', 'xrevrange', 'xread', 'xtrim'],
] as const;

/** What `ACL SETUSER` must say of the user: the keys of this prefix, and the commands that are needed. */
export function aclRule(prefix: string): string {
  return `~{${prefix}}:* ${neededCommands.map((command) => `+${command}`).join(' ')}`;
}
