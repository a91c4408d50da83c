--[[
  Takes all claims of a reservation on one engine, or none; those of a new one, or in place of what one has that is there.
  Of the latter the caller has read the record, because by how much the sums move comes from it.

  KEYS  [1]  the counter of versions
        [2]  the change feed
        [3]  the documents of kind engine
        [4]  the reservations
        [5]  the ends of leases
        [6]  the engine's sums
        [7]  the engine's reservations
        [8]  the leases: name to 'token until holder'
  ARGV  [1]  how many versions the feed keeps
        [2]  the reservation's id
        [3]  the engine's id
        [4]  the version that the engine's document must have
        [5]  the length of the lease in milliseconds
        [6]  the version of the record that it takes the place of; '': there must be none
        [7]  the reservation as JSON
        [8]  the name of the lease that must be held, '' none
        [9]  the token it must be held with
        then three for each claim: key, by how much its sum moves, limit ('' none)

  Returns  { 'ok', version }
           { 'lease' }      the lease is not held with this token
           { 'stale' }      the engine's document is gone or has another version
           { 'taken' }      there is a reservation with this id
           { 'changed' }    the record has another version, or there is none
           { 'full', key }  the first claim without room
  Event    one entry under the version: 'reservation', id, 'set', the record
]]
local id, engine = ARGV[2], ARGV[3]

if ARGV[8] ~= '' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local token, ends = string.match(redis.call('HGET', KEYS[8], ARGV[8]) or '', '^(%d+) (%d+) ')
  if token ~= ARGV[9] or tonumber(ends) <= now then
    return { 'lease' }
  end
end

local document = redis.call('HGET', KEYS[3], engine)
if not document or string.match(document, '^%d+') ~= ARGV[4] then
  return { 'stale' }
end
local before = redis.call('HGET', KEYS[4], id)
if ARGV[6] == '' then
  if before then
    return { 'taken' }
  end
elseif not before or string.match(before, '^%d+') ~= ARGV[6] then
  return { 'changed' }
end

-- Claims of one reservation with the same key count together.
local sums = {}
for i = 10, #ARGV, 3 do
  local key, limit = ARGV[i], tonumber(ARGV[i + 2])
  local sum = (sums[key] or tonumber(redis.call('HGET', KEYS[6], key) or 0)) + tonumber(ARGV[i + 1])
  if limit and sum > limit then
    return { 'full', key }
  end
  sums[key] = sum
end

-- INCR is the first write: when memory is full it is refused, and nothing has changed.
local version = string.format('%.0f', redis.call('INCR', KEYS[1]))
local record = version .. '\n' .. engine .. '\n\n' .. ARGV[7]
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], version, 'reservation', id, 'set', record)
for i = 10, #ARGV, 3 do
  if ARGV[i + 1] ~= '0' and redis.call('HINCRBY', KEYS[6], ARGV[i], ARGV[i + 1]) == 0 then
    redis.call('HDEL', KEYS[6], ARGV[i])
  end
end
redis.call('HSET', KEYS[4], id, record)
redis.call('SADD', KEYS[7], id)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[5], string.format('%.0f', now + ARGV[5]), id)
return { 'ok', version }
