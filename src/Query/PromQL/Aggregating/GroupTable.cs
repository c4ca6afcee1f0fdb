using System.Runtime.InteropServices;
using Observability.Query.Values;
using Observability.Telemetry;

namespace Observability.Query.PromQL;

/// <summary>
/// Numbers the groups of an aggregation. Groups keep their number for the whole evaluation; a group's label set is made once, and a sample that stands where the
/// same label set stood at the last step is not looked up again.
/// </summary>
internal sealed class GroupTable
{
    private readonly LabelProjection _projection;
    private readonly Dictionary<LabelSet, int> _numbers;
    private readonly bool _repeats;
    private readonly List<LabelSet> _labels = [];
    private readonly List<(LabelSet Labels, int Group)> _atPosition = [];

    /// <param name="aggregate">Says what a group is.</param>
    /// <param name="repeats">More than one time will be grouped, so that remembering places pays.</param>
    public GroupTable(AggregateExpression aggregate, bool repeats)
    {
        _repeats = repeats;
        _projection = aggregate.Without ? LabelProjection.AllBut(aggregate.Grouping) : LabelProjection.Only(aggregate.Grouping);
        _numbers = new Dictionary<LabelSet, int>(_projection);
    }

    public int Count => _labels.Count;

    public LabelSet LabelsOf(int group) => _labels[group];

    public int NumberOf(LabelSet labels, int position)
    {
        if (position < _atPosition.Count && ReferenceEquals(_atPosition[position].Labels, labels))
        {
            return _atPosition[position].Group;
        }
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, labels, out var known);
        if (!known)
        {
            number = _labels.Count;
            _labels.Add(_projection.Project(labels));
        }
        Remember(labels, position, number);
        return number;
    }

    private void Remember(LabelSet labels, int position, int number)
    {
        if (!_repeats)
        {
            return;
        }
        while (_atPosition.Count <= position)
        {
            _atPosition.Add((labels, number));
        }
        _atPosition[position] = (labels, number);
    }
}
