-- NOT(active)
-- value (boolean)
coalesce(deal.active, 0) = 0
-- condition
coalesce(deal.active, 0) = 0
