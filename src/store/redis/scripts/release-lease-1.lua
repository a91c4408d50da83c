--[[
  Releases a lease.

  KEYS  [1]  the leases: name to 'token until holder'
  ARGV  [1]  the lease's name
        [2]  the token it was acquired with

  Returns  'ok'
           'gone'  it is not held with this token
  Event    none
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local token, ends = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) (%d+) ')
if token ~= ARGV[2] or tonumber(ends) <= now then
  return 'gone'
end
redis.call('HDEL', KEYS[1], ARGV[1])
return 'ok'
