--[[
  Ends the lease of a reservation: its container is known.

  KEYS  [1]  the counter of versions
        [2]  the change feed
        [3]  the reservations
        [4]  the ends of leases
  ARGV  [1]  how many versions the feed keeps
        [2]  the reservation's id
        [3]  the container's id as JSON

  Returns  'ok'
           'gone'  there is no such reservation
  Event    one entry under the new version: 'reservation', id, 'set', the record; none if it was bound to this container
]]
local record = redis.call('HGET', KEYS[3], ARGV[2])
if not record then
  return 'gone'
end
local engine, container, reservation = string.match(record, '^%d+\n([^\n]*)\n([^\n]*)\n(.*)$')
if container == ARGV[3] then
  return 'ok'
end

-- INCR is the first write: when memory is full it is refused, and nothing has changed.
local version = string.format('%.0f', redis.call('INCR', KEYS[1]))
record = version .. '\n' .. engine .. '\n' .. ARGV[3] .. '\n' .. reservation
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], version, 'reservation', ARGV[2], 'set', record)
redis.call('HSET', KEYS[3], ARGV[2], record)
redis.call('ZREM', KEYS[4], ARGV[2])
return 'ok'
