using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LuckyGraph.Engine.Execution.Operations;

namespace LuckyGraph.Engine.Execution;

/// <summary>
/// Keeps the books of one incremental delivery (proposal #1110): which fragments and lists are announced, what each still
/// waits for, what the next payload holds. A fragment is delivered as a whole, once all its fields are there; what lies inside
/// it is announced with it. Used by one thread at a time.
/// </summary>
internal sealed class IncrementalDelivery
{
    private readonly Dictionary<(DeferUsage Usage, string Path), DeferredFragment> _fragments = [];
    private readonly List<DeferredFragment> _open = [];
    private readonly List<Announcement> _announced = [];
    private readonly List<(string Id, ImmutableArray<object> SubPath, ReadOnlyMemory<byte> Json, bool IsItems, IReadOnlyList<GraphQLError> Errors)> _incremental = [];
    private readonly List<(string Id, IReadOnlyList<GraphQLError> Errors)> _completed = [];
    private List<DeferredGroup> _groups = [];
    private List<StreamedList> _lists = [];
    private int _openLists;
    private int _ids;

    /// <summary>Whether the initial response has announced anything.</summary>
    public bool IsAnnounced { get; private set; }

    /// <summary>Whether anything announced is still to come.</summary>
    public bool HasNext => _open.Count > 0 || _openLists > 0;

    /// <summary>Whether the next payload has content.</summary>
    public bool HasPayload => _announced.Count > 0 || _incremental.Count > 0 || _completed.Count > 0;

    /// <summary>Takes what the initial response leaves out.</summary>
    public void Begin(IReadOnlyList<LaterWork> later) => Deliver(later);

    /// <summary>Ends the initial response: announcements, when there are any.</summary>
    public void WriteInitial(ResponseWriter writer)
    {
        if (_announced.Count > 0)
        {
            writer.WriteByte((byte)',');
            WriteAnnounced(writer);
            writer.WriteRaw("\"hasNext\":true"u8);
            IsAnnounced = true;
        }
    }

    /// <summary>The fields and lists that can be worked on now.</summary>
    public (List<DeferredGroup> Groups, List<StreamedList> Lists) TakeReady()
    {
        var ready = (_groups, _lists);
        (_groups, _lists) = ([], []);
        return ready;
    }

    /// <summary>Takes the outcome of deferred fields: their data, or null when null took the place of the object.</summary>
    public void Finish(DeferredGroup group, byte[]? data, IReadOnlyList<GraphQLError> errors, IReadOnlyList<LaterWork> later)
    {
        group.State = data is null ? GroupState.Failed : GroupState.Done;
        group.Data = data;
        group.Errors = errors;
        if (data is not null)
        {
            group.Lists.AddRange(later.OfType<LaterItems>());
            Register(later);
        }

        Settle();
    }

    /// <summary>Takes items of a streamed list of which more are to come.</summary>
    public void Add(StreamedList list, byte[] items, IReadOnlyList<GraphQLError> errors, IReadOnlyList<LaterWork> later)
    {
        _incremental.Add((list.Id, [], items, true, errors));
        Deliver(later);
        Settle();
    }

    /// <summary>Takes the outcome of a streamed list: items up to the first that failed as a whole.</summary>
    public void Finish(StreamedList list, byte[] items, IReadOnlyList<GraphQLError> errors, IReadOnlyList<GraphQLError> failure, IReadOnlyList<LaterWork> later)
    {
        if (items.Length > 2)
        {
            _incremental.Add((list.Id, [], items, true, errors));
        }

        _completed.Add((list.Id, failure));
        _openLists--;
        Deliver(later);
        Settle();
    }

    /// <summary>Writes the next payload.</summary>
    public void WritePayload(ResponseWriter writer)
    {
        writer.WriteByte((byte)'{');
        WriteAnnounced(writer);
        if (_incremental.Count > 0)
        {
            writer.WriteRaw("\"incremental\":"u8);
            writer.BeginList();
            foreach (var (id, subPath, json, isItems, errors) in _incremental)
            {
                writer.BeginItem();
                writer.WriteRaw("{\"id\":"u8);
                writer.Write(id);
                if (!subPath.IsEmpty)
                {
                    writer.WriteRaw(",\"subPath\":"u8);
                    ErrorWriter.WriteValue(writer, subPath);
                }

                writer.WriteRaw(isItems ? ",\"items\":"u8 : ",\"data\":"u8);
                writer.WriteRaw(json.Span);
                WriteErrors(writer, errors);
            }

            writer.WriteRaw("],"u8);
            _incremental.Clear();
        }

        if (_completed.Count > 0)
        {
            writer.WriteRaw("\"completed\":"u8);
            writer.BeginList();
            foreach (var (id, errors) in _completed)
            {
                writer.BeginItem();
                writer.WriteRaw("{\"id\":"u8);
                writer.Write(id);
                WriteErrors(writer, errors);
            }

            writer.WriteRaw("],"u8);
            _completed.Clear();
        }

        writer.WriteRaw("\"hasNext\":"u8);
        writer.Write(HasNext);
        writer.WriteByte((byte)'}');
    }

    private void WriteAnnounced(ResponseWriter writer)
    {
        if (_announced.Count == 0)
        {
            return;
        }

        writer.WriteRaw("\"pending\":"u8);
        writer.BeginList();
        foreach (var (id, path, label) in _announced)
        {
            writer.BeginItem();
            writer.WriteRaw("{\"id\":"u8);
            writer.Write(id);
            writer.WriteRaw(",\"path\":"u8);
            ErrorWriter.WriteValue(writer, path);
            if (label is not null)
            {
                writer.WriteRaw(",\"label\":"u8);
                writer.Write(label);
            }

            writer.WriteByte((byte)'}');
        }

        writer.WriteRaw("],"u8);
        _announced.Clear();
    }

    private static void WriteErrors(ResponseWriter writer, IReadOnlyList<GraphQLError> errors)
    {
        if (errors.Count > 0)
        {
            writer.WriteRaw(",\"errors\":"u8);
            ErrorWriter.Write(writer, errors);
        }

        writer.WriteByte((byte)'}');
    }

    // What data that is delivered now leaves out.
    private void Deliver(IReadOnlyList<LaterWork> later)
    {
        Register(later);
        foreach (var work in later)
        {
            if (work is LaterItems items)
            {
                Announce(items);
            }
        }
    }

    private void Register(IReadOnlyList<LaterWork> later)
    {
        var found = new List<DeferredFragment>();
        foreach (var work in later)
        {
            if (work is not LaterFields fields)
            {
                continue;
            }

            var usages = fields.Partition.Usages;
            var group = new DeferredGroup(fields, new DeferredFragment[usages.Length]);
            for (var i = 0; i < usages.Length; i++)
            {
                var key = KeyOf(usages[i], fields.Path);
                if (!_fragments.TryGetValue(key, out var fragment))
                {
                    _fragments.Add(key, fragment = new DeferredFragment(usages[i], fields.Path[..usages[i].PathLength]));
                    found.Add(fragment);
                }

                group.Fragments[i] = fragment;
                fragment.Groups.Add(group);
                if (fragment.State == FragmentState.Open)
                {
                    Start(group);
                }
            }
        }

        foreach (var fragment in found)
        {
            if (ParentOf(fragment) is { State: FragmentState.Hidden or FragmentState.Open } parent)
            {
                parent.Children.Add(fragment);
            }
            else if (ParentOf(fragment) is not { State: FragmentState.Failed })
            {
                Announce(fragment);
            }
        }
    }

    // A defer without fields of its own has no part in the delivery: those inside it belong to the one around it.
    private DeferredFragment? ParentOf(DeferredFragment fragment)
    {
        for (var usage = fragment.Usage.Parent; usage is not null; usage = usage.Parent)
        {
            if (_fragments.TryGetValue(KeyOf(usage, fragment.Path), out var parent))
            {
                return parent;
            }
        }

        return null;
    }

    private void Announce(DeferredFragment fragment)
    {
        fragment.State = FragmentState.Open;
        fragment.Id = NextId();
        _open.Add(fragment);
        _announced.Add(new Announcement(fragment.Id, fragment.Path, fragment.Usage.Label));
        foreach (var group in fragment.Groups)
        {
            Start(group);
        }
    }

    private void Announce(LaterItems items)
    {
        var list = new StreamedList(items, NextId());
        _openLists++;
        _announced.Add(new Announcement(list.Id, items.Path, items.Selection.Stream!.Label));
        _lists.Add(list);
    }

    private void Start(DeferredGroup group)
    {
        if (group.State == GroupState.Waiting)
        {
            group.State = GroupState.Started;
            _groups.Add(group);
        }
    }

    private void Settle()
    {
        for (var i = 0; i < _open.Count; i++)
        {
            var fragment = _open[i];
            // The first failure in the order of fields is the one reported, whichever comes first in time.
            switch (fragment.Groups.Find(g => g.State is not (GroupState.Done or GroupState.Sent)))
            {
                case null:
                    Complete(fragment);
                    i = -1;
                    break;
                case { State: GroupState.Failed } failed:
                    _open.RemoveAt(i);
                    fragment.State = FragmentState.Failed;
                    _completed.Add((fragment.Id, failed.Errors));
                    i = -1;
                    break;
            }
        }
    }

    private void Complete(DeferredFragment fragment)
    {
        foreach (var group in fragment.Groups)
        {
            if (group.State == GroupState.Done)
            {
                Send(group);
            }
        }

        _open.Remove(fragment);
        fragment.State = FragmentState.Completed;
        _completed.Add((fragment.Id, []));
        foreach (var child in fragment.Children)
        {
            if (child.State == FragmentState.Hidden)
            {
                Announce(child);
            }
        }
    }

    private void Send(DeferredGroup group)
    {
        DeferredFragment? deepest = null;
        foreach (var fragment in group.Fragments)
        {
            if (fragment.State == FragmentState.Open && (deepest is null || fragment.Path.Length > deepest.Path.Length))
            {
                deepest = fragment;
            }
        }

        group.State = GroupState.Sent;
        _incremental.Add((deepest!.Id, group.Work.Path[deepest.Path.Length..], group.Data, false, group.Errors));
        group.Data = null;
        foreach (var items in group.Lists)
        {
            Announce(items);
        }
    }

    private string NextId() => (_ids++).ToString(CultureInfo.InvariantCulture);

    private static (DeferUsage Usage, string Path) KeyOf(DeferUsage usage, ImmutableArray<object> path)
    {
        var text = new StringBuilder();
        for (var i = 0; i < usage.PathLength; i++)
        {
            text.Append(path[i]).Append('/');
        }

        return (usage, text.ToString());
    }

    private readonly record struct Announcement(string Id, ImmutableArray<object> Path, string? Label);
}

internal enum GroupState : byte
{
    Waiting,
    Started,
    Done,
    Sent,
    Failed,
}

internal enum FragmentState : byte
{
    /// <summary>Waits for the fragment around it.</summary>
    Hidden,
    Open,
    Completed,
    Failed,
}

/// <summary>One deferred fragment at one place of the response.</summary>
internal sealed class DeferredFragment(DeferUsage usage, ImmutableArray<object> path)
{
    public DeferUsage Usage { get; } = usage;
    public ImmutableArray<object> Path { get; } = path;
    public string Id { get; set; } = "";
    public FragmentState State { get; set; }
    public List<DeferredGroup> Groups { get; } = [];
    public List<DeferredFragment> Children { get; } = [];
}

/// <summary>Fields of one object that one or more fragments wait for.</summary>
internal sealed class DeferredGroup(LaterFields work, DeferredFragment[] fragments)
{
    public LaterFields Work { get; } = work;
    public DeferredFragment[] Fragments { get; } = fragments;
    public GroupState State { get; set; }
    public byte[]? Data { get; set; }
    public IReadOnlyList<GraphQLError> Errors { get; set; } = [];
    /// <summary>Lists inside, announced when the fields are delivered.</summary>
    public List<LaterItems> Lists { get; } = [];
}

/// <summary>An announced list.</summary>
internal sealed record StreamedList(LaterItems Work, string Id);
