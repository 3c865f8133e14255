using Xunit.Sdk;
using Xunit.v3;

// The tensor library's random generator and thread count belong to the process: tests that run side by side would draw from one stream.
[assembly: Parallelization(Mode = ParallelMode.None)]
