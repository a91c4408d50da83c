--[[
  Takes all claims of a reservation on one engine, or none: of a new one, or as a replacement for those of an existing one.
  The caller has read the record of the latter, from which the changes of the sums come.

  KEYS  [1]  the counter of versions
        [2]  the change feed
        [3]  the state of the feed
        [4]  the documents of kind engine
        [5]  the reservations
        [6]  the ends of leases
        [7]  the engine's sums
        [8]  the engine's reservations
        [9]  the leases: name to 'token until holder'
        [10]  the names of containers: name to reservation
        [11]  the sums of claims on quotas over all engines
        [12]  the documents of kind project
  ARGV  [1]  how many entries the feed keeps
        [2]  how many bytes the feed keeps
        [3]  the epoch of the store, should this be its first change
        [4]  the reservation's id
        [5]  the engine's id
        [6]  the version that the engine's document must have
        [7]  the length of the lease in milliseconds
        [8]  the version of the record that it takes the place of; '': there must be none
        [9]  the reservation as JSON
        [10]  the name of the lease that must be held, '' none
        [11]  the token it must be held with
        [12]  the container's name, '' none
        [13]  the reservation that may have it as well, '' none
        [14]  '1': the name must be free
        [15]  the name that it had, '' none
        then three for each claim: key, by how much its sum moves, limit ('' none)

  Returns  { 'ok', version }
           { 'lease' }      the lease is not held with this token
           { 'stale' }      the engine's document is gone or has another version
           { 'taken' }      there is a reservation with this id
           { 'changed' }    the record has another version, or there is none
           { 'name', id }   the reservation that has the name
           { 'full', key }  the first claim without room
           { 'quota', key, used, limit }  the first claim that the quota of its project has no room for
  Event    one entry under the version: 'reservation', id, 'set', the record
]]
local id, engine = ARGV[4], ARGV[5]

if ARGV[10] ~= '' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local token, ends = string.match(redis.call('HGET', KEYS[9], ARGV[10]) or '', '^(%d+) (%d+) ')
  if token ~= ARGV[11] or tonumber(ends) <= now then
    return { 'lease' }
  end
end

local document = redis.call('HGET', KEYS[4], engine)
if not document or string.match(document, '^%d+') ~= ARGV[6] then
  return { 'stale' }
end
local before = redis.call('HGET', KEYS[5], id)
if ARGV[8] == '' then
  if before then
    return { 'taken' }
  end
elseif not before or string.match(before, '^%d+') ~= ARGV[8] then
  return { 'changed' }
end

local holder = ARGV[12] ~= '' and redis.call('HGET', KEYS[10], ARGV[12])
-- A server of an older release does not remove the name when it releases.
if holder and not redis.call('HGET', KEYS[5], holder) then
  holder = false
end
if holder and ARGV[14] == '1' and holder ~= id and holder ~= ARGV[13] then
  return { 'name', holder }
end

-- Adds claims of one reservation with the same key.
local sums = {}
for i = 16, #ARGV, 3 do
  local key, limit = ARGV[i], tonumber(ARGV[i + 2])
  local sum = (sums[key] or tonumber(redis.call('HGET', KEYS[7], key) or 0)) + tonumber(ARGV[i + 1])
  if limit and sum > limit then
    return { 'full', key }
  end
  sums[key] = sum
end

local used = {}
for i = 16, #ARGV, 3 do
  local key, amount = ARGV[i], tonumber(ARGV[i + 1])
  local project, field = string.match(key, '^quota/([^/]+)/([^/]+)$')
  if project and amount > 0 then
    -- Matching is safe: quotes within a JSON string would be escaped.
    local limit = string.match(redis.call('HGET', KEYS[12], project) or '', '"' .. field .. '":(%d+)')
    local sum = used[key] or tonumber(redis.call('HGET', KEYS[11], key) or 0)
    if limit and sum + amount > tonumber(limit) then
      return { 'quota', key, string.format('%.0f', sum), limit }
    end
    used[key] = sum + amount
  end
end

local version = nextVersion()
local record = version .. '\n' .. engine .. '\n\n' .. ARGV[9]
announce(version, { 'reservation', id, 'set', record })
for i = 16, #ARGV, 3 do
  if ARGV[i + 1] ~= '0' and redis.call('HINCRBY', KEYS[7], ARGV[i], ARGV[i + 1]) == 0 then
    redis.call('HDEL', KEYS[7], ARGV[i])
  end
  local isQuota = ARGV[i + 1] ~= '0' and string.sub(ARGV[i], 1, 6) == 'quota/'
  if isQuota and redis.call('HINCRBY', KEYS[11], ARGV[i], ARGV[i + 1]) == 0 then
    redis.call('HDEL', KEYS[11], ARGV[i])
  end
end
redis.call('HSET', KEYS[5], id, record)
if ARGV[15] ~= '' and ARGV[15] ~= ARGV[12] and redis.call('HGET', KEYS[10], ARGV[15]) == id then
  redis.call('HDEL', KEYS[10], ARGV[15])
end
if ARGV[12] ~= '' and (not holder or holder == ARGV[13]) then
  redis.call('HSET', KEYS[10], ARGV[12], id)
end
redis.call('SADD', KEYS[8], id)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[6], string.format('%.0f', now + ARGV[7]), id)
return { 'ok', version }
