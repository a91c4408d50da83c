--[[
  Recomputes the totals of quota claims from the sums of the engines, whose ids the caller has read.

  KEYS  [1]    the sums of claims on quotas over all engines
        [2]    the documents of kind engine
        [3]    the reservations: an engine may have some before it has a document
        [3+i]  the sums of engine i
  ARGV  [i]    the id of engine i

  Returns  { 'ok', key, was, is, ... }  the sums that were repaired
           { 'changed' }                there is another engine by now
  Event    none: no record changes
]]
local isGiven = {}
for i = 1, #ARGV do
  isGiven[ARGV[i]] = true
end
local documents = redis.call('HGETALL', KEYS[2])
for i = 1, #documents, 2 do
  if not isGiven[documents[i]] then
    return { 'changed' }
  end
end
local records = redis.call('HGETALL', KEYS[3])
for i = 2, #records, 2 do
  if not isGiven[string.match(records[i], '^%d+\n([^\n]*)\n')] then
    return { 'changed' }
  end
end

local counted = {}
for i = 4, #KEYS do
  local sums = redis.call('HGETALL', KEYS[i])
  for at = 1, #sums, 2 do
    if string.sub(sums[at], 1, 6) == 'quota/' then
      counted[sums[at]] = (counted[sums[at]] or 0) + tonumber(sums[at + 1])
    end
  end
end

local repaired = { 'ok' }
local function note(key, was, is)
  repaired[#repaired + 1] = key
  repaired[#repaired + 1] = was
  repaired[#repaired + 1] = is
end
local found = redis.call('HGETALL', KEYS[1])
for i = 1, #found, 2 do
  if not counted[found[i]] then
    redis.call('HDEL', KEYS[1], found[i])
    note(found[i], found[i + 1], '0')
  end
end
for key, count in pairs(counted) do
  local sum = string.format('%.0f', count)
  local was = redis.call('HGET', KEYS[1], key) or '0'
  if was ~= sum then
    redis.call('HSET', KEYS[1], key, sum)
    note(key, was, sum)
  end
end
return repaired
