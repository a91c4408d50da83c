--[[
  A trial write with every command that the other scripts use: checks that this user may write.

  KEYS  [1]  a string
        [2]  a stream
        [3]  a hash, empty afterwards
        [4]  a set, empty afterwards
        [5]  a sorted set, empty afterwards

  Returns  'ok'
  Event    none: KEYS[2] is not the change feed
]]
-- INCR is refused when memory is full, like the first write of the other scripts.
redis.call('INCR', KEYS[1])
redis.call('INCRBY', KEYS[1], 1)
redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], '1')
local _time = redis.call('TIME')
redis.call('XADD', KEYS[2], 'MAXLEN', '1', '*', 'trial', '1')
redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', '1')
redis.call('XTRIM', KEYS[2], 'MAXLEN', '1')
redis.call('HSET', KEYS[3], 'trial', '1')
redis.call('HSETNX', KEYS[3], 'trial', '1')
redis.call('HINCRBY', KEYS[3], 'trial', '1')
redis.call('HGET', KEYS[3], 'trial')
redis.call('HGETALL', KEYS[3])
redis.call('HDEL', KEYS[3], 'trial')
redis.call('SADD', KEYS[4], 'trial')
redis.call('SMEMBERS', KEYS[4])
redis.call('SCARD', KEYS[4])
redis.call('SREM', KEYS[4], 'trial')
redis.call('ZADD', KEYS[5], '1', 'trial')
redis.call('ZSCORE', KEYS[5], 'trial')
redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', '0')
redis.call('ZREM', KEYS[5], 'trial')
return 'ok'
