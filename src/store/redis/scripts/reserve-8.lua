--[[
  Takes all claims of a reservation on one engine, or none.

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
        [6]  the reservation as JSON
        [7]  the name of the lease that must be held, '' none
        [8]  the token it must be held with
        then three for each claim: key, amount, limit ('' none)

  Returns  { 'ok', version }
           { 'lease' }      the lease is not held with this token
           { 'stale' }      the engine's document is gone or has another version
           { 'taken' }      there is a reservation with this id
           { 'full', key }  the first claim without room
  Event    one entry under the version: 'reservation', id, 'set', the record
]]
local id, engine = ARGV[2], ARGV[3]

if ARGV[7] ~= '' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local token, ends = string.match(redis.call('HGET', KEYS[8], ARGV[7]) or '', '^(%d+) (%d+) ')
  if token ~= ARGV[8] or tonumber(ends) <= now then
    return { 'lease' }
  end
end

local document = redis.call('HGET', KEYS[3], engine)
if not document or string.match(document, '^%d+') ~= ARGV[4] then
  return { 'stale' }
end
if redis.call('HEXISTS', KEYS[4], id) == 1 then
  return { 'taken' }
end

-- Claims of one reservation with the same key count together.
local sums = {}
for i = 9, #ARGV, 3 do
  local key, limit = ARGV[i], tonumber(ARGV[i + 2])
  local sum = (sums[key] or tonumber(redis.call('HGET', KEYS[6], key) or 0)) + tonumber(ARGV[i + 1])
  if limit and sum > limit then
    return { 'full', key }
  end
  sums[key] = sum
end

-- INCR is the first write: when memory is full it is refused, and nothing has changed.
local version = string.format('%.0f', redis.call('INCR', KEYS[1]))
local record = version .. '\n' .. engine .. '\n\n' .. ARGV[6]
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], version, 'reservation', id, 'set', record)
for i = 9, #ARGV, 3 do
  if ARGV[i + 1] ~= '0' then
    redis.call('HINCRBY', KEYS[6], ARGV[i], ARGV[i + 1])
  end
end
redis.call('HSET', KEYS[4], id, record)
redis.call('SADD', KEYS[7], id)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[5], string.format('%.0f', now + ARGV[5]), id)
return { 'ok', version }
