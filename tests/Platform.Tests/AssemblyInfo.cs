// Each class drives whole platforms; on a small machine they would only slow each other down.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
