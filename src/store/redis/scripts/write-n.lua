--[[
  Changes documents, all or none.

  KEYS  [1]    the counter of versions
        [2]    the change feed
        [3]    the reservations of the engine that must have none; a key that does not exist where no engine is meant
        [4]    the leases: name to 'token until holder'
        [4+i]  the documents of the kind of change i
  ARGV  [1]    how many versions the feed keeps
        [2]    the name of the lease that must be held, '' none
        [3]    the token it must be held with
        then four for each change i: kind, id, the version it must have ('' any, '0' none), value ('' to remove it)

  Returns  { 'ok', version }
           { 'lease' }        the lease is not held with this token
           { 'conflict', i }  the first change whose version does not hold
           { 'reserved' }     KEYS[3] has reservations
  Event    one entry under the version, with four fields for each change: kind, id, 'set' or 'gone', the record or ''
]]
local count = #KEYS - 4

if ARGV[2] ~= '' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local token, ends = string.match(redis.call('HGET', KEYS[4], ARGV[2]) or '', '^(%d+) (%d+) ')
  if token ~= ARGV[3] or tonumber(ends) <= now then
    return { 'lease' }
  end
end

for i = 1, count do
  local at = 3 + (i - 1) * 4
  local expected = ARGV[at + 3]
  if expected ~= '' then
    local record = redis.call('HGET', KEYS[4 + i], ARGV[at + 2])
    local version = record and string.match(record, '^%d+') or '0'
    if version ~= expected then
      return { 'conflict', i }
    end
  end
end

if redis.call('SCARD', KEYS[3]) > 0 then
  return { 'reserved' }
end
if count == 0 then
  return { 'ok', redis.call('GET', KEYS[1]) or '0' }
end

-- INCR is the first write: when memory is full it is refused, and nothing has changed.
local version = string.format('%.0f', redis.call('INCR', KEYS[1]))
local event = {}
for i = 1, count do
  local at = 3 + (i - 1) * 4
  local value = ARGV[at + 4]
  event[#event + 1] = ARGV[at + 1]
  event[#event + 1] = ARGV[at + 2]
  event[#event + 1] = value == '' and 'gone' or 'set'
  event[#event + 1] = value == '' and '' or version .. '\n' .. value
end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], version, unpack(event))

for i = 1, count do
  local id = event[(i - 1) * 4 + 2]
  local record = event[(i - 1) * 4 + 4]
  if record == '' then
    redis.call('HDEL', KEYS[4 + i], id)
  else
    redis.call('HSET', KEYS[4 + i], id, record)
  end
end
return { 'ok', version }
