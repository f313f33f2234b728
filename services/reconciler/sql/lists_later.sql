-- The statements of this transaction tell of no list: who says it tells of lists itself.
SELECT set_config('rollcall.lists_later', 'on', true)
