--[[
  Recomputes the sums of an engine from its reservations, and completes their indexes. The caller has read the records
  and added up their claims; the script checks that the records are unchanged.

  KEYS  [1]  the reservations
        [2]  the ends of leases
        [3]  the engine's sums
        [4]  the engine's reservations
        [5]  the sums of claims on quotas over all engines
  ARGV  [1]  the engine's id
        [2]  the length of a lease in milliseconds, for a reservation whose lease was lost
        [3]  how many reservations the caller has read
        then two for each of them: id, version ('' not a reservation of this engine)
        then two for each claim: key, the sum it must have

  Returns  { 'ok', key, was, is, ... }  the sums that were repaired
           { 'changed' }                a record is not as the caller has read it
  Event    none: no record changes
]]
local count = tonumber(ARGV[3])
local versions = {}
for i = 1, count do
  versions[ARGV[2 + 2 * i]] = ARGV[3 + 2 * i]
end
local indexed = redis.call('SMEMBERS', KEYS[4])
for i = 1, #indexed do
  if not versions[indexed[i]] then
    return { 'changed' }
  end
end
local containers = {}
for id, expected in pairs(versions) do
  local record = redis.call('HGET', KEYS[1], id)
  local version, engine, container = string.match(record or '', '^(%d+)\n([^\n]*)\n([^\n]*)\n')
  local isOurs = engine == ARGV[1]
  if (isOurs and version ~= expected) or (not isOurs and expected ~= '') then
    return { 'changed' }
  end
  containers[id] = container
end

local time = redis.call('TIME')
local ends = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2])
for id, expected in pairs(versions) do
  if expected == '' then
    redis.call('SREM', KEYS[4], id)
  else
    redis.call('SADD', KEYS[4], id)
    if containers[id] == '' and not redis.call('ZSCORE', KEYS[2], id) then
      redis.call('ZADD', KEYS[2], ends, id)
    end
  end
end

local repaired = { 'ok' }
local function note(key, was, is)
  repaired[#repaired + 1] = key
  repaired[#repaired + 1] = was
  repaired[#repaired + 1] = is
  local grown = string.sub(key, 1, 6) == 'quota/' and string.format('%.0f', is - was)
  if grown and redis.call('HINCRBY', KEYS[5], key, grown) == 0 then
    redis.call('HDEL', KEYS[5], key)
  end
end
local isClaimed = {}
for i = 4 + 2 * count, #ARGV, 2 do
  local key, sum = ARGV[i], ARGV[i + 1]
  local was = redis.call('HGET', KEYS[3], key) or '0'
  isClaimed[key] = true
  if was ~= sum then
    redis.call('HSET', KEYS[3], key, sum)
    note(key, was, sum)
  end
end
local fields = redis.call('HGETALL', KEYS[3])
for i = 1, #fields, 2 do
  if not isClaimed[fields[i]] then
    redis.call('HDEL', KEYS[3], fields[i])
    note(fields[i], fields[i + 1], '0')
  end
end
return repaired
