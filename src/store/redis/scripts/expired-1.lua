--[[
  Lists expired leases, by the clock of Redis.

  KEYS  [1]  the ends of leases

  Returns  the ids of reservations, the longest expired first
  Event    none
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
