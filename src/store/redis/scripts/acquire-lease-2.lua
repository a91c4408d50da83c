--[[
  Acquires a lease that has no other holder, or extends the caller's own.

  KEYS  [1]  the leases: name to 'token until holder'
        [2]  the counter of tokens
  ARGV  [1]  the lease's name
        [2]  who wants to hold it
        [3]  the length of the lease in milliseconds

  Returns  { 'ok', token }  the holder's own token, or a new one, greater than any before
           { 'held' }       by somebody else
  Event    none
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- An expired lease has no holder, not even its last one: a write in between may have carried a newer token.
local token, ends, holder = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) (%d+) (.*)$')
if token and tonumber(ends) > now then
  if holder ~= ARGV[2] then
    return { 'held' }
  end
else
  -- A lost counter (FLUSHALL, eviction) continues above all tokens that it issued before.
  local last = redis.call('INCR', KEYS[2])
  if last == 1 then
    last = redis.call('INCRBY', KEYS[2], string.format('%.0f', now))
  end
  token = string.format('%.0f', last)
end
redis.call('HSET', KEYS[1], ARGV[1], token .. ' ' .. string.format('%.0f', now + ARGV[3]) .. ' ' .. ARGV[2])
return { 'ok', token }
