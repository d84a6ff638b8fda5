-- LEN(address) < 20
-- value (boolean)
coalesce(length(coalesce(deal.address, ?)) < ?, 0)
--   param_1 = '', param_2 = 20
-- condition
length(coalesce(deal.address, ?)) < ?
--   param_1 = '', param_2 = 20
