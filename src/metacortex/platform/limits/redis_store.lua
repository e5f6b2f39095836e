-- Counts a use against several limits at once, or against none of them when one refuses (see rules.py).
-- KEYS: one per check. ARGV: cost, now in ms ('' = the server's clock), then per check: strategy, amount, window, capacity.
-- Returns per check: remaining, reset in ms, wait in ms. Numbers stay below 2^53, where doubles are exact.
-- Kept longer than the use matters, so that a caller may hold the time still.
local SPARE = 60000
local cost = tonumber(ARGV[1])
local now = tonumber(ARGV[2])
if not now then
  local clock = redis.call('TIME')
  now = clock[1] * 1000 + math.floor(clock[2] / 1000)
end

local function weight(c)
  return c.before * (c.window - math.max(0, now - c.at))
end

local function advance(c, at, used, before)
  if c.strategy == 'fixed' then
    if not at or now < at or now >= at + c.window then at, used = now, 0 end
    return at, used, 0
  elseif c.strategy == 'sliding' then
    local started = now - now % c.window
    if not at or at < started - c.window then return started, 0, 0 end
    if at < started then return started, 0, used end
    return at, used, before
  end
  if not at then return now, 0, 0 end
  local elapsed = math.max(0, now - at)
  return at + elapsed, math.max(0, used - elapsed * c.amount), 0
end

local function wait(c)
  if c.strategy == 'fixed' then
    if c.used + cost <= c.amount then return 0 end
    return c.at + c.window - now
  elseif c.strategy == 'sliding' then
    if weight(c) + (c.used + cost) * c.window <= c.amount * c.window then return 0 end
    local free = c.amount - c.used - cost
    if free >= 0 then return c.at - now + c.window - math.floor(free * c.window / c.before) end
    if cost > c.amount then return c.at - now + 2 * c.window end
    return c.at - now + 2 * c.window - math.floor((c.amount - cost) * c.window / c.used)
  end
  local over = c.used + (cost - c.capacity) * c.window
  if over <= 0 then return 0 end
  return math.ceil(over / c.amount)
end

local function remaining(c)
  if c.strategy == 'fixed' then return math.max(0, c.amount - c.used) end
  if c.strategy == 'sliding' then
    return math.max(0, math.floor(((c.amount - c.used) * c.window - weight(c)) / c.window))
  end
  return math.max(0, math.floor((c.capacity * c.window - c.used) / c.window))
end

local function reset(c)
  if c.strategy == 'fixed' then return c.at + c.window - now end
  if c.strategy == 'bucket' then return math.ceil(c.used / c.amount) end
  if c.used > 0 then return c.at + 2 * c.window - now end
  if c.before > 0 then return c.at + c.window - now end
  return 0
end

local checks, refused = {}, false
for place, key in ipairs(KEYS) do
  local first = place * 4 - 1
  local c = {
    strategy = ARGV[first],
    amount = tonumber(ARGV[first + 1]),
    window = tonumber(ARGV[first + 2]),
    capacity = tonumber(ARGV[first + 3]),
  }
  local at, used, before
  local kept = redis.call('GET', key)
  if kept then
    at, used, before = string.match(kept, '^(%d+) (%d+) (%d+)$')
  end
  c.at, c.used, c.before = advance(c, tonumber(at), tonumber(used), tonumber(before))
  c.wait = wait(c)
  refused = refused or c.wait > 0
  checks[place] = c
end

local answer = {}
for place, c in ipairs(checks) do
  if not refused then
    c.used = c.used + (c.strategy == 'bucket' and cost * c.window or cost)
    local kept = string.format('%.0f %.0f %.0f', c.at, c.used, c.before)
    redis.call('SET', KEYS[place], kept, 'PX', string.format('%.0f', reset(c) + SPARE))
  end
  answer[#answer + 1] = remaining(c)
  answer[#answer + 1] = reset(c)
  answer[#answer + 1] = c.wait
end
return answer
