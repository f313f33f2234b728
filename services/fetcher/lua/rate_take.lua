-- Leave to send one request to a host; what all fetchers share. Gives {milliseconds to wait, why}: why 0 it may go, 1 the host has
-- no room, 2 the source itself was told to wait.
-- KEYS: pace, busy, wait of the host; told of the source.
-- ARGV: who asks; the lane he asks for; how long he is believed without a sign of life (ms); requests at a time (0: any number);
-- microseconds between requests in the long run (0: any pace); how many may come at once.
local now = redis.call('TIME')
local us = now[1] * 1000000 + now[2]
local ms = math.floor(us / 1000)
local hold, at_once, interval, burst = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local grace = 5000 -- a lane that was sent away is expected back so long after its time

local told = redis.call('PTTL', KEYS[4])
if told > 0 then return {told, 2} end

redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ms)
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ms)
local holds = redis.call('ZSCORE', KEYS[2], ARGV[1])
local waits = redis.call('ZSCORE', KEYS[3], ARGV[2])
-- Who comes newly goes behind those who were sent away and are due; who is in the midst of a task waits for the pace alone.
local before = (holds or waits) and 0 or redis.call('ZCOUNT', KEYS[3], '-inf', ms + grace + 1000)

-- The longer the queue, the later it pays to ask again.
local function later(wait, turn)
    if holds then return {math.ceil(wait), 1} end
    wait = math.min(math.ceil(wait + redis.call('ZCARD', KEYS[3]) * turn), 60000)
    redis.call('ZADD', KEYS[3], ms + wait + grace, ARGV[2])
    redis.call('PEXPIRE', KEYS[3], 120000)
    return {wait, 1}
end

if at_once > 0 and not holds and at_once - redis.call('ZCARD', KEYS[2]) < 1 + before then return later(500, 500 / at_once) end
if interval > 0 then
    local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), us)
    local room = burst - (due - us) / interval
    if room < 1 + before then return later(math.max(1 - room, holds and 0 or 1) * interval / 1000, interval / 1000) end
    due = due + interval
    redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - us) / 1000) + 1000)
end
redis.call('ZREM', KEYS[3], ARGV[2])
redis.call('ZADD', KEYS[2], ms + hold, ARGV[1])
redis.call('PEXPIRE', KEYS[2], hold)
return {0, 0}
