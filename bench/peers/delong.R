# pROC's paired DeLong test on the same two score columns: Rscript delong.R FILE (columns y, a, b; no header)
suppressMessages(library(pROC))
d <- as.matrix(read.csv(commandArgs(TRUE)[1], header = FALSE))
a <- roc(d[, 1], d[, 2], direction = "<", levels = c(0, 1), quiet = TRUE)
b <- roc(d[, 1], d[, 3], direction = "<", levels = c(0, 1), quiet = TRUE)
time <- function(f, n) { f(); t <- proc.time()[[3]]; for (i in 1:n) f(); (proc.time()[[3]] - t) / n }
whole <- time(function() roc.test(roc(d[, 1], d[, 2], direction = "<", levels = c(0, 1), quiet = TRUE),
  roc(d[, 1], d[, 3], direction = "<", levels = c(0, 1), quiet = TRUE), method = "delong"), 5)
only <- time(function() roc.test(a, b, method = "delong"), 5)
p <- roc.test(a, b, method = "delong")$p.value
cat(sprintf('{"p":%.17g,"pROC %s, roc.test of two roc objects":%g,"pROC %s, the roc objects made as well":%g}',
  p, packageVersion("pROC"), only, packageVersion("pROC"), whole))
