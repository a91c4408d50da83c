--[[
  Ends the lease of a reservation: its container is known.

  KEYS  [1]  the counter of versions
        [2]  the change feed
        [3]  the state of the feed
        [4]  the reservations
        [5]  the ends of leases
  ARGV  [1]  how many entries the feed keeps
        [2]  how many bytes the feed keeps
        [3]  the epoch of the store, should this be its first change
        [4]  the reservation's id
        [5]  the container's id as JSON
        [6]  the version that the record must have unless it is bound to this container already, '' any

  Returns  { 'ok', version }
           { 'gone' }     there is no such reservation
           { 'changed' }  the record has another version
  Event    one entry under the new version: 'reservation', id, 'set', the record; none if it was bound to this container
]]
local record = redis.call('HGET', KEYS[4], ARGV[4])
if not record then
  return { 'gone' }
end
local before, engine, container, reservation = string.match(record, '^(%d+)\n([^\n]*)\n([^\n]*)\n(.*)$')
if container == ARGV[5] then
  return { 'ok', before }
end
if ARGV[6] ~= '' and before ~= ARGV[6] then
  return { 'changed' }
end

local version = nextVersion()
record = version .. '\n' .. engine .. '\n' .. ARGV[5] .. '\n' .. reservation
announce(version, { 'reservation', ARGV[4], 'set', record })
redis.call('HSET', KEYS[4], ARGV[4], record)
redis.call('ZREM', KEYS[5], ARGV[4])
return { 'ok', version }
