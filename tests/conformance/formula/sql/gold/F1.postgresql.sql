-- NOT(active)
-- value (boolean)
NOT coalesce(deal.active, false)
-- condition
NOT coalesce(deal.active, false)
