-- Leave to send one request to a host; what all fetchers share. Gives {milliseconds to wait, why}: why 0 it may go, 1 the host has
-- no room, 2 the source itself was told to wait, 3 the source has its share.
-- KEYS: pace, busy, wait of the host; told, busy, wait of the source.
-- ARGV: who asks; the lane he asks for; how long he is believed without a sign of life (ms); requests at a time to the host, and of the
-- source (0: any number); microseconds between requests to the host in the long run (0: any pace); how many may come at once.
local now = redis.call('TIME')
local us = now[1] * 1000000 + now[2]
local ms = math.floor(us / 1000)
local hold, host_most, source_most = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local interval, burst = tonumber(ARGV[6]), tonumber(ARGV[7])
local grace = 5000 -- a lane that was sent away is expected back so long after its time

local told = redis.call('PTTL', KEYS[4])
if told > 0 then return {told, 2} end

-- Who has a place (in the midst of a task), and who is before one that comes newly: those who were sent away and are due.
local function look(busy, wait)
    redis.call('ZREMRANGEBYSCORE', busy, '-inf', ms)
    redis.call('ZREMRANGEBYSCORE', wait, '-inf', ms)
    local holds = redis.call('ZSCORE', busy, ARGV[1])
    local knows = holds or redis.call('ZSCORE', wait, ARGV[2])
    return holds, knows and 0 or redis.call('ZCOUNT', wait, '-inf', ms + grace + 1000)
end

-- The longer the queue, the later it pays to ask again.
local function later(queue, wait, turn, why)
    wait = math.min(math.ceil(wait + redis.call('ZCARD', queue) * turn), 60000)
    redis.call('ZADD', queue, ms + wait + grace, ARGV[2])
    redis.call('PEXPIRE', queue, 120000)
    return {wait, why}
end

local function full(busy, most, before)
    return most > 0 and most - redis.call('ZCARD', busy) < 1 + before
end

-- Which of its lanes go first is nobody else's business, so that none of its share stands idle for one that is due.
local has_share = look(KEYS[5], KEYS[6])
if not has_share and full(KEYS[5], source_most, 0) then return later(KEYS[6], 500, 500 / source_most, 3) end
local holds, before = look(KEYS[2], KEYS[3])
if not holds and full(KEYS[2], host_most, before) then return later(KEYS[3], 500, 500 / host_most, 1) end
if interval > 0 then
    local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), us)
    local room = burst - (due - us) / interval
    if room < 1 + before then
        if holds then return {math.ceil((1 - room) * interval / 1000), 1} end
        return later(KEYS[3], math.max(1 - room, 1) * interval / 1000, interval / 1000, 1)
    end
    due = due + interval
    redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - us) / 1000) + 1000)
end
for _, place in ipairs({{KEYS[2], KEYS[3]}, {KEYS[5], KEYS[6]}}) do
    redis.call('ZREM', place[2], ARGV[2])
    redis.call('ZADD', place[1], ms + hold, ARGV[1])
    redis.call('PEXPIRE', place[1], hold)
end
return {0, 0}
