--[[
  Restarts the lease of a reservation.

  KEYS  [1]  the ends of leases
  ARGV  [1]  the reservation's id
        [2]  the length of the lease in milliseconds

  Returns  'ok'
           'gone'  no reservation with this id has a lease
  Event    none: a reservation's record does not tell its lease
]]
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 'gone'
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
return 'ok'
