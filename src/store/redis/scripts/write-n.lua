--[[
  Changes documents, all or none.

  KEYS  [1]    the counter of versions
        [2]    the change feed
        [3]    the state of the feed
        [4]    the reservations of the engine that must have none; a key that does not exist where no engine is meant
        [5]    the leases: name to 'token until holder'
        [5+i]  the documents of the kind of change i
  ARGV  [1]    how many entries the feed keeps
        [2]    how many bytes the feed keeps
        [3]    the epoch of the store, should this be its first change
        [4]    the name of the lease that must be held, '' none
        [5]    the token it must be held with
        then four for each change i: kind, id, the version it must have ('' any, '0' none), value ('' to remove it)

  Returns  { 'ok', version }
           { 'lease' }        the lease is not held with this token
           { 'conflict', i }  the first change whose version does not hold
           { 'reserved' }     KEYS[4] has reservations
  Event    entries under the version, with four fields for each change: kind, id, 'set' or 'gone', the record or ''
]]
local count = #KEYS - 5

if ARGV[4] ~= '' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local token, ends = string.match(redis.call('HGET', KEYS[5], ARGV[4]) or '', '^(%d+) (%d+) ')
  if token ~= ARGV[5] or tonumber(ends) <= now then
    return { 'lease' }
  end
end

for i = 1, count do
  local at = 5 + (i - 1) * 4
  local expected = ARGV[at + 3]
  if expected ~= '' then
    local record = redis.call('HGET', KEYS[5 + i], ARGV[at + 2])
    local version = record and string.match(record, '^%d+') or '0'
    if version ~= expected then
      return { 'conflict', i }
    end
  end
end

if redis.call('SCARD', KEYS[4]) > 0 then
  return { 'reserved' }
end
if count == 0 then
  return { 'ok', redis.call('GET', KEYS[1]) or '0' }
end

local version = nextVersion()
local event = {}
for i = 1, count do
  local at = 5 + (i - 1) * 4
  local value = ARGV[at + 4]
  event[#event + 1] = ARGV[at + 1]
  event[#event + 1] = ARGV[at + 2]
  event[#event + 1] = value == '' and 'gone' or 'set'
  event[#event + 1] = value == '' and '' or version .. '\n' .. value
end
announce(version, event)

for i = 1, count do
  local id = event[(i - 1) * 4 + 2]
  local record = event[(i - 1) * 4 + 4]
  if record == '' then
    redis.call('HDEL', KEYS[5 + i], id)
  else
    redis.call('HSET', KEYS[5 + i], id, record)
  end
end
return { 'ok', version }
