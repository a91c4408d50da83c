--[[
  Records an existing container with its claims, regardless of limits: a new reservation, or a replacement for the
  claims of an existing one. The caller has read the record of the latter, from which the changes of the sums come.

  KEYS  [1]  the counter of versions
        [2]  the change feed
        [3]  the state of the feed
        [4]  the reservations
        [5]  the ends of leases
        [6]  the engine's sums
        [7]  the engine's reservations
        [8]  the names of containers: name to reservation
        [9]  the sums of claims on quotas over all engines
  ARGV  [1]  how many entries the feed keeps
        [2]  how many bytes the feed keeps
        [3]  the epoch of the store, should this be its first change
        [4]  the reservation's id
        [5]  the engine's id
        [6]  the version of the record that it takes the place of; '': there must be none
        [7]  the container's id as JSON
        [8]  the reservation as JSON
        [9]  the name that it had, '' none
        [10]  the container's name, '' none
        then two for each claim: key, by how much its sum moves

  Returns  'ok'
           'taken'    there is a reservation with this id
           'changed'  the record has another version, or there is none
  Event    one entry under the new version: 'reservation', id, 'set', the record
]]
local id, engine = ARGV[4], ARGV[5]
local before = redis.call('HGET', KEYS[4], id)
if ARGV[6] == '' then
  if before then
    return 'taken'
  end
elseif not before or string.match(before, '^%d+') ~= ARGV[6] then
  return 'changed'
end

local version = nextVersion()
local record = version .. '\n' .. engine .. '\n' .. ARGV[7] .. '\n' .. ARGV[8]
announce(version, { 'reservation', id, 'set', record })
for i = 11, #ARGV, 2 do
  if ARGV[i + 1] ~= '0' and redis.call('HINCRBY', KEYS[6], ARGV[i], ARGV[i + 1]) == 0 then
    redis.call('HDEL', KEYS[6], ARGV[i])
  end
  local isQuota = ARGV[i + 1] ~= '0' and string.sub(ARGV[i], 1, 6) == 'quota/'
  if isQuota and redis.call('HINCRBY', KEYS[9], ARGV[i], ARGV[i + 1]) == 0 then
    redis.call('HDEL', KEYS[9], ARGV[i])
  end
end
redis.call('HSET', KEYS[4], id, record)
if ARGV[9] ~= '' and ARGV[9] ~= ARGV[10] and redis.call('HGET', KEYS[8], ARGV[9]) == id then
  redis.call('HDEL', KEYS[8], ARGV[9])
end
local holder = ARGV[10] ~= '' and redis.call('HGET', KEYS[8], ARGV[10])
if ARGV[10] ~= '' and not (holder and redis.call('HGET', KEYS[4], holder)) then
  redis.call('HSET', KEYS[8], ARGV[10], id)
end
redis.call('SADD', KEYS[7], id)
redis.call('ZREM', KEYS[5], id)
return 'ok'
