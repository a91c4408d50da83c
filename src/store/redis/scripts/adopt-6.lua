--[[
  Records a container that is there already, with its claims, whatever the limits; anew, or in place of what its
  reservation has. Of the latter the caller has read the record, because by how much the sums move comes from it.

  KEYS  [1]  the counter of versions
        [2]  the change feed
        [3]  the reservations
        [4]  the ends of leases
        [5]  the engine's sums
        [6]  the engine's reservations
  ARGV  [1]  how many versions the feed keeps
        [2]  the reservation's id
        [3]  the engine's id
        [4]  the version of the record that it takes the place of; '': there must be none
        [5]  the container's id as JSON
        [6]  the reservation as JSON
        then two for each claim: key, by how much its sum moves

  Returns  'ok'
           'taken'    there is a reservation with this id
           'changed'  the record has another version, or there is none
  Event    one entry under the new version: 'reservation', id, 'set', the record
]]
local id, engine = ARGV[2], ARGV[3]
local before = redis.call('HGET', KEYS[3], id)
if ARGV[4] == '' then
  if before then
    return 'taken'
  end
elseif not before or string.match(before, '^%d+') ~= ARGV[4] then
  return 'changed'
end

-- INCR is the first write: when memory is full it is refused, and nothing has changed.
local version = string.format('%.0f', redis.call('INCR', KEYS[1]))
local record = version .. '\n' .. engine .. '\n' .. ARGV[5] .. '\n' .. ARGV[6]
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], version, 'reservation', id, 'set', record)
for i = 7, #ARGV, 2 do
  if ARGV[i + 1] ~= '0' and redis.call('HINCRBY', KEYS[5], ARGV[i], ARGV[i + 1]) == 0 then
    redis.call('HDEL', KEYS[5], ARGV[i])
  end
end
redis.call('HSET', KEYS[3], id, record)
redis.call('SADD', KEYS[6], id)
redis.call('ZREM', KEYS[4], id)
return 'ok'
