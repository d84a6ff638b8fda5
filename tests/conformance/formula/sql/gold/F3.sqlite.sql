-- AND(approvalStatus='审批通过', accountName <> address, $CurrentUser.$User.Name<>'管理员')
-- value (boolean)
coalesce(deal."approvalStatus" = ? AND coalesce(deal."accountName", ?) != coalesce(deal.address, ?) AND coalesce(? = ?, 0) = 0, 0)
--   param_1 = 'approved', param_2 = '', param_3 = '', param_4 = '管理员'
-- condition
deal."approvalStatus" = ? AND coalesce(deal."accountName", ?) != coalesce(deal.address, ?) AND coalesce(? = ?, 0) = 0
--   param_1 = 'approved', param_2 = '', param_3 = '', param_4 = '管理员'
