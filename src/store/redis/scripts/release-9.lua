--[[
  Removes a reservation and releases all its claims. The caller has read the record, because the claims and the
  names of KEYS[5] and KEYS[6] come from it.

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
        [5]  the version of the record that the caller has read
        [6]  '1': only if its lease ran out
        [7]  the container's name, '' none
        then two for each claim: key, amount with a minus sign

  Returns  'ok'
           'gone'     there is no such reservation
           'changed'  the record has another version: read it again
           'held'     its lease still runs, or it is bound
  Event    one entry under the new version: 'reservation', id, 'gone', ''
]]
local id = ARGV[4]
local record = redis.call('HGET', KEYS[4], id)
if not record then
  return 'gone'
end
if string.match(record, '^%d+') ~= ARGV[5] then
  return 'changed'
end
if ARGV[6] == '1' then
  local ends = redis.call('ZSCORE', KEYS[5], id)
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if not ends or tonumber(ends) > now then
    return 'held'
  end
end

-- HDEL is the first write: it is allowed when memory is full, and so are the script's writes after it.
redis.call('HDEL', KEYS[4], id)
redis.call('ZREM', KEYS[5], id)
redis.call('SREM', KEYS[7], id)
if ARGV[7] ~= '' and redis.call('HGET', KEYS[8], ARGV[7]) == id then
  redis.call('HDEL', KEYS[8], ARGV[7])
end
for i = 8, #ARGV, 2 do
  if redis.call('HINCRBY', KEYS[6], ARGV[i], ARGV[i + 1]) == 0 then
    redis.call('HDEL', KEYS[6], ARGV[i])
  end
  if string.sub(ARGV[i], 1, 6) == 'quota/' and redis.call('HINCRBY', KEYS[9], ARGV[i], ARGV[i + 1]) == 0 then
    redis.call('HDEL', KEYS[9], ARGV[i])
  end
end
announce(nextVersion(), { 'reservation', id, 'gone', '' })
return 'ok'
