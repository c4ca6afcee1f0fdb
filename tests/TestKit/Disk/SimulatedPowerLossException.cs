namespace Observability.TestKit;

/// <summary>The simulated machine is off: nothing on its disk can be reached until <see cref="SimulatedDisk.Crash"/> gives what is left of it.</summary>
public sealed class SimulatedPowerLossException() : IOException("the simulated machine lost its power");
