--[[
  A consistent list of the reservations of one engine.

  KEYS  [1]  the engine's reservations
        [2]  the reservations

  Returns  id, record, id, record, ...
  Event    none
]]
local found = {}
local ids = redis.call('SMEMBERS', KEYS[1])
for i = 1, #ids do
  found[#found + 1] = ids[i]
  found[#found + 1] = redis.call('HGET', KEYS[2], ids[i])
end
return found
