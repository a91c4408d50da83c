--[[
  Prepended to every script that has an event. One version has one entry in the feed or, with many changes, several:
  version-0, version-1, ...

  KEYS  [1]  the counter of versions
        [2]  the change feed
        [3]  the state of the feed: its epoch, the bytes and entries of the segment being filled, and of full segments
  ARGV  [1]  how many entries the feed keeps
        [2]  how many bytes the feed keeps
        [3]  the epoch of the store, should this be its first change
]]

-- `unpack` and commands accept a limited number of values; a change has four.
local fieldsPerEntry = 4000
local segmentsKept = 8

-- Drops the oldest segments beyond the limit, whenever the current one is full, without reading entries to count them.
local function trimBytes(bytes, entries)
  local filled = redis.call('HINCRBY', KEYS[3], 'bytes', bytes)
  local count = redis.call('HINCRBY', KEYS[3], 'entries', entries)
  if filled < ARGV[2] / segmentsKept then
    return
  end
  local kept, keptEntries, room = filled .. ':' .. count, count, ARGV[2] - filled
  for size, number in string.gmatch(redis.call('HGET', KEYS[3], 'segments') or '', '(%d+):(%d+)') do
    room = room - size
    if room < 0 then
      break
    end
    kept = kept .. ' ' .. size .. ':' .. number
    keptEntries = keptEntries + number
  end
  redis.call('HSET', KEYS[3], 'segments', kept)
  redis.call('HSET', KEYS[3], 'bytes', 0)
  redis.call('HSET', KEYS[3], 'entries', 0)
  if room < 0 then
    redis.call('XTRIM', KEYS[2], 'MAXLEN', string.format('%.0f', keptEntries))
  end
end

-- The version of the next change. Writes nothing yet.
local function nextVersion()
  local last = redis.call('GET', KEYS[1])
  if not last then
    local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
    last = newest and string.match(newest[1], '^%d+') or 0
  end
  return string.format('%.0f', last + 1)
end

-- XADD is the first write: if memory is full it is refused, and nothing has changed.
local function announce(version, fields)
  local bytes, entries = 0, 0
  for first = 1, #fields, fieldsPerEntry do
    local last = math.min(first + fieldsPerEntry - 1, #fields)
    local id = version .. '-' .. entries
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], id, unpack(fields, first, last))
    entries = entries + 1
    for i = first, last do
      bytes = bytes + #fields[i]
    end
  end
  redis.call('SET', KEYS[1], version)
  redis.call('HSETNX', KEYS[3], 'epoch', ARGV[3])
  trimBytes(bytes, entries)
end

