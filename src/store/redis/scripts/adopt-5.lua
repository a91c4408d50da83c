--[[
  Records a container that is there already, with its claims, whatever the limits.

  KEYS  [1]  the counter of versions
        [2]  the change feed
        [3]  the reservations
        [4]  the engine's sums
        [5]  the engine's reservations
  ARGV  [1]  how many versions the feed keeps
        [2]  the reservation's id
        [3]  the engine's id
        [4]  the container's id as JSON
        [5]  the reservation as JSON
        then two for each claim: key, amount

  Returns  'ok'
           'taken'  there is a reservation with this id
  Event    one entry under the new version: 'reservation', id, 'set', the record
]]
local id, engine = ARGV[2], ARGV[3]
if redis.call('HEXISTS', KEYS[3], id) == 1 then
  return 'taken'
end

-- INCR is the first write: when memory is full it is refused, and nothing has changed.
local version = string.format('%.0f', redis.call('INCR', KEYS[1]))
local record = version .. '\n' .. engine .. '\n' .. ARGV[4] .. '\n' .. ARGV[5]
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], version, 'reservation', id, 'set', record)
for i = 6, #ARGV, 2 do
  if ARGV[i + 1] ~= '0' then
    redis.call('HINCRBY', KEYS[4], ARGV[i], ARGV[i + 1])
  end
end
redis.call('HSET', KEYS[3], id, record)
redis.call('SADD', KEYS[5], id)
return 'ok'
