-- AND(NOT(ISBLANK(closeDate)), closeDate >= TODAY(), closeDate - createdDate <= 90, OR(MONTH(closeDate) = 12, YEAR(closeDate) = 2025))
-- value (boolean)
coalesce(deal."closeDate" IS NOT NULL AND deal."closeDate" >= ? AND formula_compare(formula_subtract_dates(?, deal."closeDate", deal."createdDate"), ?) <= 0 AND (CAST(substr(deal."closeDate", ?, ?) AS INTEGER) = ? OR CAST(substr(deal."closeDate", ?, ?) AS INTEGER) = ?), 0)
--   param_1 = 'd,d>n', param_2 = '90', substr_1 = 6, substr_2 = 2, param_3 = 12, substr_3 = 1, substr_4 = 4, param_4 = 2025
-- condition
deal."closeDate" IS NOT NULL AND deal."closeDate" >= ? AND formula_compare(formula_subtract_dates(?, deal."closeDate", deal."createdDate"), ?) <= 0 AND (CAST(substr(deal."closeDate", ?, ?) AS INTEGER) = ? OR CAST(substr(deal."closeDate", ?, ?) AS INTEGER) = ?)
--   param_1 = 'd,d>n', param_2 = '90', substr_1 = 6, substr_2 = 2, param_3 = 12, substr_3 = 1, substr_4 = 4, param_4 = 2025
